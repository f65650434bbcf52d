"""The sandbox's endpoints: moto's, and some that are there from the start. What they do is here.

An endpoint that a client makes itself, with an AsyncInferenceConfig, works like ``sandbox-echo``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from moto.sagemaker.models import SageMakerModelBackend, sagemaker_backends

from tui.sandbox.jobs import ACCOUNT

_OUTPUT = "s3://sandbox-output/endpoints"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/sandbox"
_MOST = 1000
"""The most requests that the service lets one instance work on at a time."""


@dataclass(frozen=True)
class Endpoint:
    """One endpoint.

    Attributes:
        name: As it is called.
        output_path: The folder of its outputs; empty for an endpoint that is not asynchronous.
        failure_path: The folder of its failures; empty when nobody gets to read them.
        instances: How many it runs on now.
        at_a_time: How many requests each instance works on.
        fails: Whether its container fails whatever it is given.
    """

    name: str
    output_path: str = ""
    failure_path: str = ""
    instances: int = 1
    at_a_time: int = _MOST
    fails: bool = False

    @property
    def slots(self) -> int:
        """How many requests are worked on at the same time; the others wait."""
        return self.instances * self.at_a_time


def _async(name: str, output_path: str = _OUTPUT, **options: object) -> Endpoint:
    members = {"failure_path": f"{output_path}/failures", **options}
    return Endpoint(f"sandbox-{name}", output_path, **members)  # type: ignore[arg-type]


ENDPOINTS: tuple[Endpoint, ...] = (
    _async("echo"),
    _async("slow", at_a_time=1),
    _async("zero", instances=0),
    _async("failing", fails=True),
    _async("silent", failure_path="", fails=True),
    _async("forbidden", "s3://sandbox-forbidden/endpoints"),
    _async("unlistable", "s3://sandbox-unlistable/endpoints"),
    _async("elsewhere", "s3://sandbox-elsewhere/endpoints"),
    Endpoint("sandbox-sync"),
)
"""Those that every region has from the start."""

_KNOWN = {endpoint.name: endpoint for endpoint in ENDPOINTS}


class Endpoints:
    """The account's endpoints, by region. Like S3 they belong to the process."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._furnished: set[str] = set()

    def furnish(self, region: str) -> None:
        """Put the region's first endpoints there, once: one that a client deletes stays away."""
        if region in self._furnished:
            return
        self._furnished.add(region)
        backend = sagemaker_backends[ACCOUNT][region]
        made = (self._now() - timedelta(days=1)).replace(tzinfo=None)
        for index, endpoint in enumerate(ENDPOINTS):
            if endpoint.name not in backend.endpoints:
                _deploy(backend, endpoint, made + timedelta(minutes=index))

    def find(self, region: str, name: str) -> Endpoint | None:
        """The endpoint of this name as it is now, or None."""
        self.furnish(region)
        backend = sagemaker_backends[ACCOUNT][region]
        deployed = backend.endpoints.get(name)
        if deployed is None:
            return None
        config = backend.endpoint_configs.get(deployed.endpoint_config_name)
        known = _KNOWN.get(name)
        wanted = (config and config.async_inference_config) or {}
        places = wanted.get("OutputConfig", {})
        client = wanted.get("ClientConfig", {})
        return Endpoint(
            name,
            output_path=str(places.get("S3OutputPath", "")),
            failure_path=str(places.get("S3FailurePath", "")),
            instances=sum(
                cast(int, variant.get("CurrentInstanceCount", 0))
                for variant in deployed.production_variants
            ),
            at_a_time=int(client.get("MaxConcurrentInvocationsPerInstance", _MOST)),
            fails=known is not None and known.fails,
        )


def _deploy(backend: SageMakerModelBackend, endpoint: Endpoint, made: datetime) -> None:
    """Have moto keep the endpoint; DescribeEndpoint tells what moto would leave out by itself."""
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": endpoint.name,
        "InitialInstanceCount": max(1, endpoint.instances),
        "InstanceType": "ml.m5.large",
        "InitialVariantWeight": 1.0,
    }
    name, wanted = f"{endpoint.name}-config", _async_inference_config(endpoint)
    backend.create_model(endpoint.name, _ROLE, {"Image": "echo"}, {}, [], [])
    config = backend.create_endpoint_config(name, [variant], {}, wanted, [], "")
    deployed = backend.create_endpoint(endpoint.name, name, [])
    count = endpoint.instances
    deployed.production_variants[0].update(CurrentInstanceCount=count, DesiredInstanceCount=count)
    for thing in (config, deployed):
        vars(thing)["async_inference_config"] = wanted or None
    config.creation_time = deployed.creation_time = deployed.last_modified_time = made


def _async_inference_config(endpoint: Endpoint) -> dict[str, object]:
    if not endpoint.output_path:
        return {}
    places = {"S3OutputPath": endpoint.output_path, "S3FailurePath": endpoint.failure_path}
    return {
        "ClientConfig": {"MaxConcurrentInvocationsPerInstance": endpoint.at_a_time},
        "OutputConfig": {key: place for key, place in places.items() if place},
    }
