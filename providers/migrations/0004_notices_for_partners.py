import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from core.search import SearchIndex


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_places'),
        ('providers', '0003_listed_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PartnerNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='form key')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='begun at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                ('status', models.CharField(choices=[('live', 'posted'), ('taken_down', 'taken down')], default='live', max_length=20, verbose_name='status')),
                ('listed_name', models.CharField(editable=False, max_length=200, verbose_name='name in lists')),
                ('offers', models.TextField(max_length=2000, verbose_name='what it offers')),
                ('seeks', models.TextField(max_length=2000, verbose_name='what it seeks')),
                ('most_pence_a_year', models.PositiveBigIntegerField(verbose_name='most money it can carry in a year')),
                ('posted_at', models.DateTimeField(verbose_name='posted at')),
                ('ends_at', models.DateTimeField(verbose_name='shown until')),
                ('areas', models.ManyToManyField(related_name='partner_notices', to='core.area', verbose_name='areas')),
                ('categories', models.ManyToManyField(related_name='partner_notices', to='core.needcategory', verbose_name='kinds of need')),
                ('cohorts', models.ManyToManyField(blank=True, related_name='partner_notices', to='core.cohort', verbose_name='groups of people')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='partner_notice', to='core.organisation', verbose_name='organisation')),
                ('updated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
            ],
            options={
                'verbose_name': 'notice for partners',
                'verbose_name_plural': 'notices for partners',
                'indexes': [models.Index(condition=models.Q(('status', 'live')), fields=['posted_at', 'id'], name='partner_notice_newest'), models.Index(condition=models.Q(('status', 'live')), fields=['listed_name', 'id'], name='partner_notice_by_name'), models.Index(condition=models.Q(('status', 'live')), fields=['most_pence_a_year', 'id'], name='partner_notice_by_money')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['live', 'taken_down'])), name='partner_notice_status_known'), models.CheckConstraint(condition=models.Q(('listed_name', ''), _negated=True), name='partner_notice_has_listed_name'), models.CheckConstraint(condition=models.Q(('offers', ''), _negated=True), name='partner_notice_has_offer'), models.CheckConstraint(condition=models.Q(('seeks', ''), _negated=True), name='partner_notice_has_search'), models.CheckConstraint(condition=models.Q(('most_pence_a_year__gt', 0)), name='partner_notice_has_money'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('posted_at'))), name='partner_notice_ends_after_posting')],
            },
        ),
        *SearchIndex("providers_partnernotice", ("listed_name", "seeks", "offers")).operations(),
    ]
