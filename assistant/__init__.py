"""The assistant: our parts of Rasa, one a file. Imported by Rasa through config.yml, endpoints.yml and credentials.yml."""
