package instancemetadata_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
)

func TestAttestedDocument(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		switches map[string]string
		nonce    string
		pairs    []string
	}{
		"nonce":             {nil, "1234567890", []string{"nonce", "1234567890", "license_type", acctest.Null, "plan", acctest.Null}},
		"nonce of base64":   {nil, "abcdefghijklmnopqrstuvwxyz01+/==", []string{"nonce", "abcdefghijklmnopqrstuvwxyz01+/=="}},
		"no nonce":          {nil, "", nil},
		"carries issuer":    {map[string]string{"attested_includes_issuer": "true"}, "1", []string{"nonce", "1"}},
		"signed attributes": {map[string]string{"attested_signed_attributes": "true"}, "1", []string{"nonce", "1"}},
		"China":             {map[string]string{"az_environment": "AzureChinaCloud"}, "1", []string{"signer_names", "westeurope.metadata.azure.cn,metadata.azure.cn"}},
		"old host":          {map[string]string{"newest_version": "2018-10-01"}, "1", []string{"api_version_used", "2018-10-01", "sku", acctest.Null}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := startCloud(t)
			for key, value := range test.switches {
				set(t, cloud, key, value)
			}
			p := acctest.NewProvider(t, cloud)
			config := acctest.Config{}
			if test.nonce != "" {
				config["nonce"] = test.nonce
			}
			document, diagnostics := p.Open(t.Context(), attestedTypeName, config)
			p.Expect(diagnostics)
			machine := mustRead(t, p, typeName, acctest.Config{})
			acctest.ExpectAttributes(t, document, append(test.pairs, "vm_id", acctest.Get(t, machine, "compute.vm_id"), "encoding", "pkcs7")...)
			if !acctest.IsSet(t, document, "nonce") || !acctest.IsSet(t, document, "signature") {
				t.Error("nonce or signature is missing")
			}
			var claims struct {
				VMID string `json:"vmId"`
			}
			if err := json.Unmarshal([]byte(acctest.Get(t, document, "claims_json")), &claims); err != nil || claims.VMID != acctest.Get(t, machine, "compute.vm_id") {
				t.Errorf("claims %s, %v", acctest.Get(t, document, "claims_json"), err)
			}
			created, expires := parseTime(t, acctest.Get(t, document, "created_on")), parseTime(t, acctest.Get(t, document, "expires_on"))
			if expires.Sub(created) != 6*time.Hour {
				t.Errorf("valid from %s to %s", created, expires)
			}
		})
	}
}

func parseTime(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Error(err)
	}
	return parsed
}

func TestForgedDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	for defect, want := range map[string]string{
		"content": "signature", "signature": "signature", "two_signers": "signer", "no_signer": "signer", "foreign_name": "metadata.azure.com",
		"untrusted": "", "expired": "expired", "truncated": "cut off", "stale_nonce": "nonce",
	} {
		t.Run(defect, func(t *testing.T) {
			t.Parallel()
			cloud := startCloud(t)
			set(t, cloud, "attested_defect", defect)
			p := acctest.NewProvider(t, cloud)
			if defect == "stale_nonce" {
				if _, diagnostics := p.Open(t.Context(), attestedTypeName, acctest.Config{"nonce": "first"}); len(diagnostics) > 0 {
					t.Fatal(diagnostics.Errors())
				}
			}
			document, diagnostics := p.Open(t.Context(), attestedTypeName, acctest.Config{"nonce": "second"})
			acctest.ExpectError(t, diagnostics, want, "Could not get an attested document", "the attested document is refused", "Request ID")
			if acctest.IsSet(t, document, "signature") {
				t.Error("the document is handed out all the same")
			}
		})
	}
}

// TestPublishedSignaturesAreRefused reads the vendor's own examples, whose
// signatures are cut off.
func TestPublishedSignaturesAreRefused(t *testing.T) {
	t.Parallel()
	for version, body := range imdstest.Examples(t, "GetAttestedData") {
		_, diagnostics := providerAt(t, serve(t, answer(200, "application/json", string(body)))).Open(t.Context(), attestedTypeName, acctest.Config{})
		acctest.ExpectError(t, diagnostics, "the attested document is refused", "cut off", "request-7")
		var parsed struct{ Signature string }
		if err := json.Unmarshal(body, &parsed); err != nil || len(parsed.Signature) < 100 {
			t.Fatal(err)
		}
		if strings.Contains(diagnostics.Errors()[0], parsed.Signature[:40]) {
			t.Errorf("%s: the error quotes the signature", version)
		}
	}
}
