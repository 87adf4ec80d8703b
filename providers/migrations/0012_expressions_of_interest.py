import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_languages_and_income_bands'),
        ('providers', '0011_registers_to_look_up_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PartnerInterest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_key', models.UUIDField(editable=False, unique=True, verbose_name='form key')),
                ('pair', models.CharField(editable=False, max_length=40, verbose_name='between')),
                ('opportunity_number', models.PositiveBigIntegerField(default=0, verbose_name='number of the opportunity')),
                ('opportunity_title', models.CharField(blank=True, max_length=150, verbose_name='opportunity')),
                ('message', models.TextField(max_length=1000, verbose_name='message')),
                ('status', models.CharField(choices=[('sent', 'waiting for an answer'), ('accepted', 'introduced'), ('declined', 'declined'), ('withdrawn', 'withdrawn')], default='sent', max_length=20, verbose_name='status')),
                ('sent_at', models.DateTimeField(verbose_name='sent at')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('answer_contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='their contact')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='contact')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='interests_sent', to='core.organisation', verbose_name='from')),
                ('partner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='interests_received', to='core.organisation', verbose_name='to')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
            ],
            options={
                'verbose_name': 'expression of interest',
                'verbose_name_plural': 'expressions of interest',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['organisation', '-id'], name='interest_sent_newest'), models.Index(fields=['partner', '-id'], name='interest_received_newest'), models.Index(fields=['partner', 'status', 'id'], name='interest_waiting'), models.Index(fields=['organisation', 'sent_at'], name='interest_sent_on_a_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['sent', 'accepted', 'declined', 'withdrawn'])), name='interest_status_known'), models.CheckConstraint(condition=models.Q(('organisation', models.F('partner')), _negated=True), name='interest_not_in_itself'), models.CheckConstraint(condition=models.Q(('message', ''), _negated=True), name='interest_has_message'), models.CheckConstraint(condition=models.Q(('opportunity_number', 0), models.Q(('opportunity_title', ''), _negated=True), _connector='OR'), name='interest_names_its_opportunity'), models.UniqueConstraint(condition=models.Q(('status', 'sent')), fields=('pair', 'opportunity_number'), name='interest_one_waits'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('status', 'sent')), models.Q(models.Q(('status', 'sent'), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='interest_answered_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('answer_contact__isnull', False), ('status', 'accepted')), models.Q(models.Q(('status', 'accepted'), _negated=True), ('answer_contact__isnull', True)), _connector='OR'), name='interest_accepted_with_contact')],
            },
        ),
    ]
