package tfkit

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
)

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
			tflog.WithLevelFromEnv(process.LogLevel, cloud))
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
