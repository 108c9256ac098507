"""Simulated piles: an independent reading of pile protocol version 1 over MQTT.

Imports nothing of the backend or the bridge, so that a wrong field cannot pass on both sides.
"""

from scripts.stand_ins.simulator.car import Car
from scripts.stand_ins.simulator.mqtt_link import LinkRefusedError
from scripts.stand_ins.simulator.pile_model import PileModel
from scripts.stand_ins.simulator.settings import PileSettings, PileSpec, SpecError, read_piles_file
from scripts.stand_ins.simulator.simulated_pile import SimulatedPile

__all__ = [
    "Car",
    "LinkRefusedError",
    "PileModel",
    "PileSettings",
    "PileSpec",
    "SimulatedPile",
    "SpecError",
    "read_piles_file",
]
