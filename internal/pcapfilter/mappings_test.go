package pcapfilter_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// mappings is testdata/mappings.json, which names its sources.
type mappings struct {
	Verified struct {
		Cases []struct {
			Expression string
			Filters    []struct {
				Protocol        string
				LocalIPAddress  string `json:"local_ip_address"`
				LocalPort       string `json:"local_port"`
				RemoteIPAddress string `json:"remote_ip_address"`
				RemotePort      string `json:"remote_port"`
			}
		}
	}
	MappingsAndRefusals struct {
		Cases []struct {
			Expression     string
			NetworkWatcher string `json:"network_watcher"`
			HuaweiCloud    string `json:"huawei_cfw"`
		}
	} `json:"mappings_and_refusals"`
}

func readMappings(t *testing.T) mappings {
	t.Helper()
	text, err := os.ReadFile("testdata/mappings.json")
	if err != nil {
		t.Fatal(err)
	}
	var read mappings
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Verified.Cases) != 14 || len(read.MappingsAndRefusals.Cases) != 21 {
		t.Fatalf("%d and %d cases", len(read.Verified.Cases), len(read.MappingsAndRefusals.Cases))
	}
	return read
}

func TestVerifiedMappings(t *testing.T) {
	t.Parallel()
	for _, mapping := range readMappings(t).Verified.Cases {
		t.Run(mapping.Expression, func(t *testing.T) {
			t.Parallel()
			want := make([]pcapfilter.AzureFilter, 0, len(mapping.Filters))
			for _, filter := range mapping.Filters {
				want = append(want, pcapfilter.AzureFilter(filter))
			}
			got := mustTranslate(t, mapping.Expression)
			byText := cmpopts.SortSlices(func(a, b pcapfilter.AzureFilter) bool {
				return a.LocalIPAddress+"|"+a.LocalPort+"|"+a.RemoteIPAddress+"|"+a.RemotePort+a.Protocol < b.LocalIPAddress+"|"+b.LocalPort+"|"+b.RemoteIPAddress+"|"+b.RemotePort+b.Protocol
			})
			if difference := cmp.Diff(want, got, byText); difference != "" {
				t.Error(difference)
			}
		})
	}
}

func TestMappingsAndRefusals(t *testing.T) {
	t.Parallel()
	// What the cases that begin with no refusal come to. The ports of IKE fold into
	// lists, and so are 2 filters where the table has 4.
	azure := map[string]int{
		"udp port 500 or udp port 4500": 2, "host 10.0.0.4 and port 53": 8, "portrange 8000-8010": 4,
	}
	huaweiCloud := map[string]pcapfilter.HuaweiCloudFilter{
		"src host 10.0.0.4 and dst host 10.1.0.5 and tcp dst port 443": {SourceAddress: "10.0.0.4", DestinationAddress: "10.1.0.5", Protocol: "tcp", DestinationPort: "443"},
	}
	for _, mapping := range readMappings(t).MappingsAndRefusals.Cases {
		// A case may name several expressions.
		for _, text := range strings.FieldsFunc(strings.ReplaceAll(mapping.Expression, " / ", ","), func(r rune) bool { return r == ',' }) {
			text = strings.TrimSpace(text)
			t.Run(text, func(t *testing.T) {
				t.Parallel()
				expression, err := pcapfilter.Parse(text)
				if err != nil {
					if !strings.HasPrefix(mapping.NetworkWatcher, "refuse") || !strings.HasPrefix(mapping.HuaweiCloud, "refuse") {
						t.Errorf("refused by the parser: %v", err)
					}
					expectPlace(t, text, err)
					return
				}
				filters, err := expression.AzureFilters()
				if want, translated := azure[text]; translated != (err == nil) || len(filters) != want {
					t.Errorf("Network Watcher: %d filters, %v; the table says %s", len(filters), err, mapping.NetworkWatcher)
				} else if err != nil {
					expectPlace(t, text, err)
				}
				filter, err := expression.HuaweiCloudFilter()
				if want, translated := huaweiCloud[text]; translated != (err == nil) || filter != want {
					t.Errorf("Huawei Cloud: %v, %v; the table says %s", filter, err, mapping.HuaweiCloud)
				} else if err != nil {
					expectPlace(t, text, err)
				}
			})
		}
	}
}

// expectPlace checks that an error names a word which stands in its column.
func expectPlace(t *testing.T, text string, err error) {
	t.Helper()
	var fault *pcapfilter.Error
	if !errors.As(err, &fault) {
		t.Fatalf("%v is no *Error", err)
	}
	runes := []rune(text)
	if fault.Column < 1 || fault.Column > len(runes)+1 || !strings.HasPrefix(string(runes[fault.Column-1:]), fault.Word) {
		t.Errorf("%q does not stand in column %d of %q", fault.Word, fault.Column, text)
	}
	if fault.Reason == "" || strings.Contains(err.Error(), "%!") {
		t.Errorf("the error gives no reason: %v", err)
	}
}

func mustParse(t *testing.T, text string) *pcapfilter.Expression {
	t.Helper()
	expression, err := pcapfilter.Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return expression
}

func mustTranslate(t *testing.T, text string) []pcapfilter.AzureFilter {
	t.Helper()
	filters, err := mustParse(t, text).AzureFilters()
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return filters
}
