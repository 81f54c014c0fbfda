"""Snapshots that a catalogue is built from: one module per shape, each turning bytes into lines, a piece at a time."""
