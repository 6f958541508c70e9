package tfkit

import (
	"context"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// providerLogLevel is the variable that sets the level of this provider's
// own log lines, and with a cloud's name appended that of its subsystem.
const providerLogLevel = "TF_LOG_PROVIDER_CLOUDTAP"

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
		providerLogLevel:       "OFF",
	}
}

// secretPatterns catch what must not be readable in a log even if a message
// carries it by mistake: bearer tokens, signatures and secrets in URLs.
var secretPatterns = []*regexp.Regexp{
	regexp.MustCompile(`(?i)bearer\s+\S+`),
	regexp.MustCompile(`(?i)(sharedkey|signature=)\s*\S+`),
	regexp.MustCompile(`(?i)[?&](sig|s|token|captcha|client_secret)=[^&\s]+`),
}

// Logger returns a function that writes to the cloud's log subsystem, with
// the fields of the request that ctx belongs to. Its level is that of the
// provider, or TF_LOG_PROVIDER_CLOUDTAP_<CLOUD>. A line with the field "error"
// is a warning.
func Logger(cloud string) func(ctx context.Context, message string, fields map[string]string) {
	return func(ctx context.Context, message string, fields map[string]string) {
		ctx = tflog.NewSubsystem(ctx, cloud, tflog.WithRootFields(),
			tflog.WithLevelFromEnv(providerLogLevel, cloud))
		ctx = tflog.SubsystemMaskAllFieldValuesRegexes(ctx, cloud, secretPatterns...)
		ctx = tflog.SubsystemMaskMessageRegexes(ctx, cloud, secretPatterns...)
		written := make(map[string]any, len(fields))
		for name, value := range fields {
			written[name] = value
		}
		if fields["error"] != "" {
			// Whoever waits for a service that does not answer should see why.
			tflog.SubsystemWarn(ctx, cloud, message, written)
			return
		}
		tflog.SubsystemDebug(ctx, cloud, message, written)
	}
}
