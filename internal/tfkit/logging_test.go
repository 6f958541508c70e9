package tfkit_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func TestLoggerMasksWhatLooksLikeASecret(t *testing.T) {
	t.Parallel()
	var output bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &output)
	tfkit.Logger("azure")(ctx, "sent with Bearer canary1", map[string]string{
		"url":           "https://host/x?api-version=1&sig=canary2",
		"authorization": "SharedKey workspace:canary3",
		"hw":            "SDK-HMAC-SHA256 Access=AK, Signature=canary4",
		"status":        "200",
	})
	logged := output.String()
	if !strings.Contains(logged, "sent with") || !strings.Contains(logged, `"status":"200"`) || !strings.Contains(logged, "provider.azure") {
		t.Errorf("the line is not as expected: %s", logged)
	}
	if strings.Contains(logged, "canary") {
		t.Errorf("a secret is in the log: %s", logged)
	}
}
