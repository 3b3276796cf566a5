"""
Calls over SIP on `sippy`: two legs of ours, bridged by our own relay, so that nothing of one leg stands in the other.

Start reading in `controller.py`. `stack.py` runs sippy, `sdp.py` and `media.py` are the sound, `answers.py` the causes.
"""
