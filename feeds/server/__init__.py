"""Run the application under uvicorn."""
