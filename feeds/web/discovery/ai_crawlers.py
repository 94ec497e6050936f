"""Programs that read for AI, by the names that they look for in robots.txt (RFC 9309, section 2.2.1).

Those whose operators say so. The lists are of November 2026; what is missing can be named by a newsroom's own proxy.
"""

TRAINING = (
    "AI2Bot",
    "Ai2Bot-Dolma",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-training-data-crawler",
    "Diffbot",
    "FacebookBot",
    "Google-Extended",
    "GPTBot",
    "ICC-Crawler",
    "ImagesiftBot",
    "img2dataset",
    "meta-externalagent",
    "omgili",
    "omgilibot",
    "PanguBot",
    "Timpibot",
    "Webzio-Extended",
)
"""What they read, models are trained on."""

ANSWERING = (
    "Andibot",
    "ChatGPT-User",
    "Claude-SearchBot",
    "Claude-User",
    "Claude-Web",
    "cohere-ai",
    "DuckAssistBot",
    "Gemini-Deep-Research",
    "Google-CloudVertexBot",
    "Google-NotebookLM",
    "GoogleAgent-Mariner",
    "iaskspider",
    "meta-externalfetcher",
    "MistralAI-User",
    "NovaAct",
    "OAI-SearchBot",
    "Perplexity-User",
    "PerplexityBot",
    "PhindBot",
    "YouBot",
)
"""What they read stands in answers, at once or from an index."""

REFUSED = {"allow": (), "no-training": TRAINING, "none": (*TRAINING, *ANSWERING)}
"""By DATELINE_AI_CRAWLERS: who is asked to stay away."""
