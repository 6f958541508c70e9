package imds_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	imdsclient "github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// attest asks like a client, which verifies the document.
func attest(t *testing.T, s *imdstest.Simulation) (*imdsclient.AttestedDocument, error) {
	t.Helper()
	client := imdsclient.NewClient(imdsclient.Config{Endpoint: s.URL, Roots: s.Service.Roots()}, waittest.NewClock(imdstest.Now(), nil))
	t.Cleanup(client.Close)
	return client.AttestedDocument(t.Context(), "1234567890")
}

func TestAttestedDocumentVerifies(t *testing.T) {
	t.Parallel()
	for _, set := range [][2]string{
		{"attested_signed_attributes", "false"}, {"attested_signed_attributes", "true"}, {"attested_includes_issuer", "true"},
		{"az_environment", "AzureUSGovernmentCloud"}, {"az_environment", "AzureChinaCloud"}, {"az_environment", "AzureGermanCloud"},
	} {
		t.Run(set[0]+" "+set[1], func(t *testing.T) {
			t.Parallel()
			s := imdstest.Start(t, nil, imds.Options{})
			s.Set(t, set[0], set[1])
			document, err := attest(t, s)
			if err != nil {
				t.Fatal(err)
			}
			if document.Nonce != "1234567890" || document.VMID == nil || *document.VMID != "02aab8a4-74ef-476e-8182-f6d2ba4166a6" || document.SKU == nil || document.SubscriptionID == nil || document.LicenseType != nil {
				t.Errorf("%+v", document)
			}
			if !document.CreatedOn.Equal(imdstest.Now()) || document.ExpiresOn.Sub(document.CreatedOn) != 6*time.Hour {
				t.Errorf("from %s to %s", document.CreatedOn, document.ExpiresOn)
			}
			fetched := s.Core.Journal.Count(imds.ServiceName, imds.OperationIssuerDownload)
			if carried := set[0] == "attested_includes_issuer"; (fetched == 0) != carried {
				t.Errorf("the issuer was fetched %d times", fetched)
			}
		})
	}
}

func TestClaimsOfOldVersions(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{})
	for version, parts := range map[string]int{"2018-10-01": 0, "2019-04-30": 1, "2019-11-01": 2, "2020-09-01": 3} {
		var envelope struct{ Encoding, Signature string }
		get(t, s, "/metadata/attested/document?api-version="+version).decode(t, &envelope)
		der, err := base64.StdEncoding.DecodeString(envelope.Signature)
		if err != nil || envelope.Encoding != "pkcs7" {
			t.Fatal(envelope.Encoding, err)
		}
		found := 0
		for _, name := range []string{"subscriptionId", "sku", "licenseType"} {
			found += strings.Count(string(der), `"`+name+`"`)
		}
		if found != parts || !strings.Contains(string(der), `"nonce":"20260411-221158"`) {
			t.Errorf("%s: %d of the newer claims, want %d", version, found, parts)
		}
	}
}

func TestRootPEMIsTheRoot(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{})
	block, _ := pem.Decode(s.Service.RootPEM())
	root, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	if !pool.Equal(s.Service.Roots()) || !root.IsCA {
		t.Error("RootPEM and Roots differ")
	}
	if got := get(t, s, "/pki/cloudsim-imds-issuing-ca.crt"); got.status != 200 || got.header.Get("Content-Type") != "application/pkix-cert" {
		t.Errorf("%d %v", got.status, got.header)
	}
	if got := ask(t, s, "POST", "/pki/cloudsim-imds-issuing-ca.crt", "", nil); got.status != 405 {
		t.Errorf("%d", got.status)
	}
}
