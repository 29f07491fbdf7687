"""Sound for a call and for its retraction: numbers to Vietnamese words, voices, clip packs, mixing, playing.
Knows nothing of tickets.

>>> pack = open_or_build("var/voice/espeak-vi", "espeak:vi")
>>> sound = assemble(pack, "86001", "86")  # "Mời số tám sáu không không một đến quầy tám mươi sáu"
>>> sorry = assemble(pack, "86001", "", "retract")  # "Xin lỗi, số tám sáu không không một vui lòng chờ"
>>> await open_player("device:").play(sound)

Importing this loads no voice, no sound library and no internet part; those come when they are used.
"""

from audio.building import build, open_or_build
from audio.errors import AudioError, BadText, BadUrl, PackFault, PlayerBusy, PlayerFailed, VoiceFailed
from audio.mixing import Sound, assemble
from audio.pack import Lengths, Pack
from audio.playing import Played, Player, open_player
from audio.voices import Voice, open_voice

__all__ = [
    "AudioError",
    "BadText",
    "BadUrl",
    "Lengths",
    "Pack",
    "PackFault",
    "Played",
    "Player",
    "PlayerBusy",
    "PlayerFailed",
    "Sound",
    "Voice",
    "VoiceFailed",
    "assemble",
    "build",
    "open_or_build",
    "open_player",
    "open_voice",
]
