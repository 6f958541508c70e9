package packetcapture

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// TestWithoutAConfiguredProviderThereIsAnError is what Invoke, Read and all
// others meet that run before the provider is configured.
func TestWithoutAConfiguredProviderThereIsAnError(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	client, ok := openClient(nil, "Packet capture \"web\"", &diags)
	if ok || client != nil || len(diags) != 1 || !strings.Contains(diags[0].Detail(), "not configured") {
		t.Errorf("got %v, %v: %v", client, ok, diags)
	}
}
