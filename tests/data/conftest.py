from downloads import cache, offline, web  # noqa: F401  (fixtures)
