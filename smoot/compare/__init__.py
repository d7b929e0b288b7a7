"""`smoot compare`: two reports, by what every report's folder has had: results.csv and params.yaml."""
