package instancemetadata_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

const captureTypeName = "cloudtap_azure_packet_capture"

func capture(cloud *cloudsim.Cloud) acctest.Config {
	seeded := cloud.ARM.Seeded()
	return acctest.Config{
		"name": "web", "network_watcher_id": seeded.NetworkWatcherID, "target_id": seeded.VMID,
		"storage_location": acctest.Config{"storage_account_id": seeded.StorageAccountID},
	}
}

// TestMetadataNeverBreaksPacketCaptures breaks the metadata service and its
// setting.
func TestMetadataNeverBreaksPacketCaptures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		endpoint string
		want     []string
	}{
		"nothing listens":  {simtest.Closed(t), []string{"connection refused"}},
		"wrong endpoint":   {"nonsense", []string{"Could not use the instance metadata service", endpointVariable, `"nonsense"`}},
		"another machine":  {"http://192.0.2.1", []string{endpointVariable, "loopback"}},
		"with credentials": {"http://user:canary@127.0.0.1", []string{endpointVariable}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := startCloud(t)
			p := acctest.NewProviderWithEnvironment(t, acctest.Override(cloud, map[string]string{endpointVariable: test.endpoint}))
			object, diagnostics := p.Apply(t.Context(), captureTypeName, nil, capture(cloud))
			p.Expect(diagnostics)
			_, diagnostics = p.Read(t.Context(), captureTypeName, object)
			p.Expect(diagnostics)
			_, diagnostics = p.ReadData(t.Context(), typeName, acctest.Config{})
			acctest.ExpectError(t, diagnostics, test.want...)
		})
	}
}

// TestAzureSettingsNeverBreakMetadata breaks everything else.
func TestAzureSettingsNeverBreakMetadata(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	p := acctest.NewProviderWithEnvironment(t, acctest.Override(cloud, map[string]string{
		"ARM_USE_CLI": "maybe", "CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": "nonsense", "ARM_CLIENT_SECRET": "", "ARM_ENVIRONMENT": "mars",
	}))
	acctest.ExpectAttributes(t, mustRead(t, p, typeName, acctest.Config{}), "available", "true")
	_, diagnostics := p.Apply(t.Context(), captureTypeName, nil, capture(cloud))
	acctest.ExpectError(t, diagnostics, "ARM_USE_CLI", "RESOURCE_MANAGER")
	if calls := cloud.Journal.Count("aad", "") + cloud.Journal.Count("arm", ""); calls > 0 {
		t.Errorf("%d calls for credentials or resources", calls)
	}
}

// TestManagedIdentity signs in to Azure Resource Manager with an identity of
// the machine. It is named, because the library keeps the tokens of those that
// are not for all of the process.
func TestManagedIdentity(t *testing.T) {
	t.Parallel()
	identity := map[string]string{"ARM_USE_MSI": "true", "ARM_CLIENT_SECRET": ""}
	for name, test := range map[string]struct {
		environment map[string]string
		// want is part of the error; empty means that it works.
		want string
	}{
		"assigned":        {nil, ""},
		"not assigned":    {map[string]string{"ARM_CLIENT_ID": "00000000-0000-0000-0000-000000000000"}, "Identity not found"},
		"no such service": {map[string]string{endpointVariable: simtest.Closed(t)}, "sign in"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := startCloud(t)
			environment := maps.Clone(identity)
			maps.Copy(environment, test.environment)
			p := acctest.NewProviderWithEnvironment(t, acctest.Override(cloud, environment))
			object, diagnostics := p.Apply(t.Context(), captureTypeName, nil, capture(cloud))
			if test.want != "" {
				acctest.ExpectError(t, diagnostics, test.want)
				return
			}
			p.Expect(diagnostics)
			if tokens, directory := cloud.Journal.Count("imds", "Identity_GetToken"), cloud.Journal.Count("aad", ""); tokens != 1 || directory != 0 {
				t.Errorf("%d tokens from the metadata service and %d calls of the directory, want one and none", tokens, directory)
			}
			for _, secret := range cloud.AAD.Secrets() {
				if strings.Contains(object.Value.String()+string(object.Private), secret) {
					t.Error("the state holds a secret")
				}
			}
		})
	}
}
