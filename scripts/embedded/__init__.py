"""Servers the product needs and a bare machine lacks: an MQTT broker, Redis, and the Node.js that carries them.

Each module finds or installs one part, starts it with the shipped limits of conf/ and stops just that process.
"""
