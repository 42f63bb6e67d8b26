# What Locust's own documentation recommends for load: FastHttpUser, no wait time.
from locust import FastHttpUser, constant, task


class Visitor(FastHttpUser):
    wait_time = constant(0)

    @task
    def visit(self):
        self.client.get("/")
