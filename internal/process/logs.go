package process

import "strings"

// LogLevel is the variable that sets the level of this provider's
// own log lines, and with a cloud's name appended that of its subsystem.
const LogLevel = "TF_LOG_PROVIDER_CLOUDTAP"

// QuietLogs returns the environment variables to set so that the plugin SDK
// formats no log lines, or nothing if the user asked for logs. Without it the
// SDK formats every trace line only for Terraform to drop it.
func QuietLogs(environ []string) map[string]string {
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if value != "" && (name == "TF_LOG" || strings.HasPrefix(name, "TF_LOG_PROVIDER") || strings.HasPrefix(name, "TF_LOG_SDK")) {
			return nil
		}
	}
	return map[string]string{
		"TF_LOG_SDK":           "OFF",
		"TF_LOG_SDK_FRAMEWORK": "OFF",
		"TF_LOG_SDK_PROTO":     "OFF",
		LogLevel:               "OFF",
	}
}
