package process_test

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
)

func TestLogsAreQuietUnlessAskedFor(t *testing.T) {
	t.Parallel()
	for environ, quiet := range map[string]bool{
		"":                                 true,
		"TF_LOG=":                          true,
		"TF_LOG_CORE=TRACE":                true,
		"TF_LOG=DEBUG":                     false,
		"TF_LOG_PROVIDER=INFO":             false,
		"TF_LOG_PROVIDER_CLOUDTAP=INFO":    false,
		"TF_LOG_PROVIDER_CLOUDTAP_AZURE=X": false,
		"TF_LOG_SDK_PROTO=TRACE":           false,
	} {
		set := process.QuietLogs([]string{"HOME=/nowhere", environ})
		if (len(set) > 0) != quiet {
			t.Errorf("with %q: sets %v", environ, set)
		}
		for name, level := range set {
			if level != "OFF" {
				t.Errorf("%s=%s", name, level)
			}
		}
	}
}
