"""What the caller may not do is named, through the real engine. That the policies of docs/iam are enough, and grant nothing in
vain, is shown by the lives."""

from world import IMAGE, Caller, Cloud, Stack


def test_what_the_caller_may_not_do_is_named(stack: Stack, cloud: Cloud) -> None:
    stack.act_as(Caller(cloud, without="iam:PassRole"))
    stack.service(image=IMAGE, useDefaultVpc=True)
    stack.up(fails=True).says("is not authorized to perform: iam:PassRole")
