package simcore

// EnvVar is one environment variable of the env file.
type EnvVar struct{ Name, Value string }
