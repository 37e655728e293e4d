"""A second reader: a chat endpoint that a desk may have asked about each contradiction before its alert is raised.

Any API that speaks OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), a model on this
machine too. What it says are two truths and a short reason: it can keep an alert from being raised, and nothing else;
no number is ever taken from it. News text goes out as strings of a JSON object and is never part of what the model is
told to do. Whatever goes wrong is no verdict, and an alert without a verdict is raised."""

from __future__ import annotations

from processing.second_reader.question import INSTRUCTIONS, Passage, Question
from processing.second_reader.reader import Reader, Unanswered, is_here, look
from processing.second_reader.verdict import Verdict, read_verdict

__all__ = ["INSTRUCTIONS", "Passage", "Question", "Reader", "Unanswered", "Verdict", "is_here", "look", "read_verdict"]
