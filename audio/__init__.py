"""Sound for a call and for its retraction: numbers to Vietnamese words, voices, clip packs, mixing, playing.
Knows nothing of tickets.

>>> pack = open_or_build("var/voice/espeak-vi", "espeak:vi")
>>> speech = Speech([pack])
>>> sound = speech.call("86001", "86")  # "Mời số tám sáu không không một đến quầy tám mươi sáu"
>>> sorry = speech.retraction("86001")  # "Xin lỗi, số tám sáu không không một vui lòng chờ"
>>> await open_player("device:").play(sound)

Importing this loads no voice, no sound library and no internet part; those come when they are used.
"""

from audio.building import Units, build, open_or_build, wanted
from audio.errors import AudioError, BadText, BadUrl, PackFault, PlayerBusy, PlayerFailed, VoiceFailed
from audio.lengths import Lengths
from audio.mixing import Sound, Speech
from audio.pack import Pack
from audio.playing import Played, Player, open_player
from audio.reading import Form, Reading
from audio.voices import Voice, open_voice

__all__ = [
    "AudioError",
    "BadText",
    "BadUrl",
    "Form",
    "Lengths",
    "Pack",
    "PackFault",
    "Played",
    "Player",
    "PlayerBusy",
    "PlayerFailed",
    "Reading",
    "Sound",
    "Speech",
    "Units",
    "Voice",
    "VoiceFailed",
    "build",
    "open_or_build",
    "open_player",
    "open_voice",
    "wanted",
]
