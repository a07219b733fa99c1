"""Underwriting: rules decide with reasons; what they refer is decided under four eyes."""
