package pcapfilter_test

import (
	"fmt"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// TestPortsBesideHosts are expressions whose hosts take in the SCTP that their
// ports mean besides: nothing of the hosts may be lost with it.
func TestPortsBesideHosts(t *testing.T) {
	t.Parallel()
	const host = "[{Any 10.0.1.0   } {Any   10.0.1.0 }]"
	for expression, want := range map[string]string{
		"ip and net 10.0.0.0/8 and host 10.0.1.0":                                  host,
		"(net 10.0.0.0/8 or port 80) and host 10.0.1.0":                            host,
		"ip and (net 10.0.0.0/8 or src and dst portrange 23-81) and host 10.0.1.0": host,
		"(net 10.0.0.0/24 or port 80) and (host 10.0.0.1 or tcp port 53)": "[{TCP 10.0.0.0-10.0.0.255 53  } {TCP 10.0.0.0-10.0.0.255   53} {TCP  53 10.0.0.0-10.0.0.255 } {TCP   10.0.0.0-10.0.0.255 53}" +
			" {TCP  53  80} {TCP  80  53} {Any 10.0.0.1   } {Any   10.0.0.1 }]",
	} {
		parsed, err := pcapfilter.Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		filters, err := parsed.AzureFilters()
		if got := fmt.Sprint(filters); err != nil || got != want {
			t.Errorf("%s: got %s, %v; want %s", expression, got, err, want)
		}
	}
}
