"""Everything that can go wrong in this library, one tree; any part raises them, any caller may catch
AudioError.

AudioError
 ├ BadText        a number or counter that is not made of digits, or is out of range
 ├ BadUrl         a voice or player URL with an unknown scheme, option or value
 ├ VoiceFailed    a voice could not be started, or gave no sound
 ├ PackFault      a clip pack is missing, damaged or of another kind; names the file
 └ PlayerFailed   a sound could not be played
    └ PlayerBusy  a sound was given while another one is still playing

Every error is one sentence that says what was found and what was expected.
"""


class AudioError(Exception):
    """The base of all errors of this library; ``str(error)`` is one sentence for a person."""


class BadText(AudioError, ValueError):
    """A text that cannot be read out as a number."""


class BadUrl(AudioError, ValueError):
    """A URL that names no known voice or player, or an option it does not have."""


class VoiceFailed(AudioError):
    """A voice could not speak."""


class PackFault(AudioError):
    """A clip pack cannot be used as it is."""


class PlayerFailed(AudioError):
    """A sound was not played, or not to its end."""


class PlayerBusy(PlayerFailed):
    """The player is still at another sound; one player plays one sound at a time."""
