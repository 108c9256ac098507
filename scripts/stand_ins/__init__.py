"""The outside world on this machine: piles that speak the protocol, WeChat and WeChat Pay on the wire. They share no code with the product."""
