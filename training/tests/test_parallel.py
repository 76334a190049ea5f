"""Two processes on the CPU: mean gradients, one clock."""

import os
import socket

import torch
import torch.multiprocessing as processes

from parallel import Group


def member(rank: int, port: int, answers) -> None:
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    group = Group("cpu")
    a, b = torch.zeros(3, requires_grad=True), torch.zeros(2, 2, requires_grad=True)
    a.grad, b.grad = torch.full((3,), float(rank)), torch.full((2, 2), 10.0 * rank)
    group.average_gradients([a, b])
    told = group.first_says([float(rank + 7)])
    answers.put((rank, a.grad.tolist(), b.grad.flatten().tolist(), told))
    group.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_gradients_are_averaged_and_the_first_process_decides():
    start = processes.get_context("spawn")
    answers = start.SimpleQueue()
    port = free_port()
    workers = [start.Process(target=member, args=(rank, port, answers)) for rank in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        assert worker.exitcode == 0
    for _, a, b, told in sorted(answers.get() for _ in range(2)):
        assert a == [0.5] * 3 and b == [5.0] * 4 and told == [7.0]


def test_a_process_alone_changes_nothing():
    group = Group("cpu")
    p = torch.zeros(2, requires_grad=True)
    p.grad = torch.ones(2)
    group.average_gradients([p])
    assert p.grad.tolist() == [1, 1] and group.first_says([3.0]) == [3.0]
