package security

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// wire sees every request to every service of the simulation.
type wire struct {
	mu        sync.Mutex
	exchanges []simcore.Exchange
	// issued are secrets that services handed out, by their names.
	issued map[string][]string
}

func (w *wire) observe(exchange simcore.Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exchanges = append(w.exchanges, exchange)
	if w.issued == nil {
		w.issued = map[string][]string{}
	}
	switch exchange.Operation {
	case "KeystoneCreateUserTokenByPassword":
		if token := exchange.Header.Get("X-Subject-Token"); token != "" {
			w.issued["issued token"] = append(w.issued["issued token"], token)
		}
	case "GetMetadataToken":
		if exchange.Status == http.StatusOK {
			w.issued["metadata token"] = append(w.issued["metadata token"], string(exchange.Body))
		}
	case "GetSecurityKey":
		var answer struct {
			Credential struct {
				Access, Secret, SecurityToken string
			} `json:"credential"`
		}
		if json.Unmarshal(exchange.Body, &answer) == nil && answer.Credential.Secret != "" {
			for name, value := range map[string]string{
				"agency access key": answer.Credential.Access, "agency secret key": answer.Credential.Secret, "agency security token": answer.Credential.SecurityToken,
			} {
				w.issued[name] = append(w.issued[name], value)
			}
		}
	}
}

// secrets returns what was handed out, with the directory's tokens.
func (w *wire) secrets(cloud *cloudsim.Cloud) map[string][]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := maps.Clone(w.issued)
	if all == nil {
		all = map[string][]string{}
	}
	// The first of the directory's secrets is the client's.
	if tokens := cloud.AAD.Secrets()[1:]; len(tokens) > 0 {
		all["access token"] = tokens
	}
	return all
}

func (w *wire) seen() []simcore.Exchange {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.exchanges)
}

// places says where on the wire each secret may be: a service's name, and a
// header's name or "body". What is not named may be nowhere.
var places = map[string][]string{
	"client secret":         {"aad body"},
	"federated token":       {"aad body"},
	"access token":          {"arm Authorization", "logs_ingestion Authorization", "log_query Authorization"},
	"access key":            {"iam Authorization", "cfw Authorization"},
	"temporary access key":  {"iam Authorization", "cfw Authorization"},
	"security token":        {"iam X-Security-Token", "cfw X-Security-Token"},
	"auth token":            {"iam X-Auth-Token", "cfw X-Auth-Token"},
	"password":              {"iam body"},
	"issued token":          {"iam X-Auth-Token", "cfw X-Auth-Token"},
	"metadata token":        {"ecs_metadata X-Metadata-Token"},
	"agency access key":     {"iam Authorization", "cfw Authorization"},
	"agency security token": {"iam X-Security-Token", "cfw X-Security-Token"},
	"secret records":        {"data_collector body"},
	"capture SAS":           {"arm body"},
}

// expectPlaces checks that every secret went only where it belongs: no
// secret is in an address, in the User-Agent, in any other header, or in a
// request to a service that it is not for.
func (w *wire) expectPlaces(t *testing.T, secrets map[string][]string) {
	t.Helper()
	h := newHaystack(secrets)
	check := func(exchange simcore.Exchange, place, text string) {
		for secret := range h.find([]byte(text)) {
			if !slices.Contains(places[secret], exchange.Service+" "+place) {
				t.Errorf("%s is in the %s of %s %s", secret, place, exchange.Service, exchange.Operation)
			}
		}
	}
	for _, exchange := range w.seen() {
		check(exchange, "address", exchange.Request.URL.String())
		check(exchange, "body", string(exchange.RequestBody))
		for name, values := range exchange.Request.Header {
			check(exchange, name, strings.Join(values, "\n"))
		}
	}
}
