from tests.web.conftest import client, pytest_generate_tests, site

__all__ = ["client", "pytest_generate_tests", "site"]
