"""The rule book of a center: pure, without I/O, clock or chance. Imports nothing of ours."""
