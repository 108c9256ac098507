"""A TCP proxy in front of any server that does to a connection what networks do, and for MQTT to single messages.

with FaultProxy("127.0.0.1", database_port) as wire:
    wire.spoil(up=Wire(latency_s=0.2))      # every request late
    wire.trap(b"COMMIT", fate=Fate.RESET)   # cut when this is sent
    wire.cut()                              # reset every connection now
    wire.heal()
with FaultProxy(host, broker_port, mqtt=MqttFaults(seed=7, up=Plan(copies=(1, 5)))) as wire: ...
"""

from tests.fault_proxy.link import Fate, Wire
from tests.fault_proxy.mqtt_faults import MqttFaults, Plan
from tests.fault_proxy.proxy import FaultProxy

__all__ = ["Fate", "FaultProxy", "MqttFaults", "Plan", "Wire"]
