package cloudsim_test

import (
	"net/http"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// A token for the host of one storage account opens that account alone, and is
// issued as long as there is such an account.
func TestTokensForOneStorageAccount(t *testing.T) {
	t.Parallel()
	ca := simtest.NewCA(t)
	cloud, err := cloudsim.Start(cloudsim.Options{CA: ca})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	const scope = "https://TapCaptures.blob.core.windows.net/.default"
	token, err := cloud.AAD.IssueToken(scope, cloud.AAD.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	client := simtest.Client(t, ca)
	for account, want := range map[string]int{blob.SeededAccount: http.StatusOK, "tapnosharedkeys": http.StatusUnauthorized} {
		target := cloud.Lookup("CLOUDTAP_AZURE_BLOB_ENDPOINT") + "/" + account + "/" + blob.SeededContainer + "?restype=container&comp=list"
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token.AccessToken)
		request.Header.Set("x-ms-version", "2023-11-03")
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != want {
			t.Errorf("%s: %d, want %d, %v", account, response.StatusCode, want, err)
		}
	}
	if !cloud.ARM.Delete(cloud.ARM.Seeded().StorageAccountID) {
		t.Fatal("no account")
	}
	for _, scope := range []string{scope, "https://nobody.blob.core.windows.net/.default"} {
		if _, err := cloud.AAD.IssueToken(scope, cloud.AAD.ClientID()); err == nil {
			t.Errorf("a token for %s was issued", scope)
		}
	}
}
