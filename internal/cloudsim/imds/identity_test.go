package imds_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
)

// issuer issues tokens that say for whom and what they are.
type issuer struct{ expires time.Time }

func (i issuer) IssueToken(resource, clientID string) (string, time.Time, error) {
	if strings.Contains(resource, "unknown") {
		return "", time.Time{}, errors.New("no such resource")
	}
	return "token for " + resource + " as " + clientID, i.expires, nil
}

func TestToken(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, issuer{imdstest.Now().Add(time.Hour)}, imds.Options{ClientID: "client", TenantID: "tenant"})
	const path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F"
	want := `{"access_token":"token for https://management.azure.com/ as client","client_id":"client","expires_in":"3600","expires_on":"1775949118","ext_expires_in":"3600","not_before":"1775945518","resource":"https://management.azure.com/","token_type":"Bearer"}`
	for _, query := range []string{"", "&client_id=client", "&bypass_cache=true"} {
		if got := get(t, s, path+query); got.status != 200 || got.body != want {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
	for _, query := range []string{"&client_id=other", "&msi_res_id=x", "&client_id=client&object_id=x"} {
		if got := get(t, s, path+query); got.status != 400 || !strings.Contains(got.body, `"error":"invalid_request"`) {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
	if got := get(t, s, "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=unknown"); got.status != 400 || !strings.Contains(got.body, `"error":"invalid_resource"`) {
		t.Errorf("unknown resource: %d %s", got.status, got.body)
	}
	if got := get(t, s, "/metadata/identity/info?api-version=2018-02-01"); got.body != `{"tenantId":"tenant"}` {
		t.Errorf("%d %s", got.status, got.body)
	}
	without := imdstest.Start(t, nil, imds.Options{})
	if got := get(t, without, path); got.status != 400 || !strings.Contains(got.body, "Identity not found") {
		t.Errorf("without identity: %d %s", got.status, got.body)
	}
}

// transporter implements azcore's policy.Transporter.
type transporter func(*http.Request) (*http.Response, error)

func (f transporter) Do(r *http.Request) (*http.Response, error) { return f(r) }

func TestManagedIdentityCredential(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, issuer{time.Now().Add(time.Hour)}, imds.Options{ClientID: "be5947ed-3560-4afe-9504-59967a63f810"})
	// The SDK has the service's address built in, so requests are turned
	// round below it.
	transport := transporter(func(r *http.Request) (*http.Response, error) {
		r.URL.Host = strings.TrimPrefix(s.URL, "http://")
		return directClient.Do(r) //nolint:gosec // to the simulation only
	})
	for name, id := range map[string]azidentity.ManagedIDKind{"system": nil, "user": azidentity.ClientID("be5947ed-3560-4afe-9504-59967a63f810")} {
		credential, err := azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{
			ClientOptions: azcore.ClientOptions{Transport: transport}, ID: id,
		})
		if err != nil {
			t.Fatal(err)
		}
		token, err := credential.GetToken(context.WithoutCancel(t.Context()), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
		if err != nil || token.Token != "token for https://management.azure.com as be5947ed-3560-4afe-9504-59967a63f810" {
			t.Errorf("%s: %v %v", name, token.Token, err)
		}
	}
}
