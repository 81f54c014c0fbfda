"""What earlier runs learned: records, questions, frozen work ids and citation keys, sources to be left alone."""
