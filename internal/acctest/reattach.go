package acctest

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/go-plugin"
)

// reattachConfig is a value of TF_REATTACH_PROVIDERS.
type reattachConfig struct {
	Protocol        string
	ProtocolVersion int
	Pid             int
	Test            bool
	Addr            reattachAddress
}

type reattachAddress struct{ Network, String string }

// Reattach returns the value of TF_REATTACH_PROVIDERS with which a CLI uses
// providers that are served already, by their source ("cloudtap/cloudtap").
// Each is named for both registries, as a CLI looks for a source in its own.
func Reattach(tb testing.TB, served map[string]*plugin.ReattachConfig) string {
	tb.Helper()
	providers := map[string]reattachConfig{}
	for source, config := range served {
		for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
			providers[registry+"/"+source] = reattachConfig{
				Protocol: string(config.Protocol), ProtocolVersion: 6, Pid: config.Pid, Test: config.Test,
				Addr: reattachAddress{config.Addr.Network(), config.Addr.String()},
			}
		}
	}
	text, err := json.Marshal(providers)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}
