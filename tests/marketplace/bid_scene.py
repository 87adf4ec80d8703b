"""What a page said, for the tests of the pages of a bid."""

from django.contrib.messages import get_messages


def text_of(response):
    return response.content.decode()


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def answer_form(joint, number=1, **changes):
    answer = joint.bid.answers.get(criterion__number=number)
    return {"text": "New words.", "version": answer.version, **changes}
