package arm_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

// The seeded objects that the environment file names exist.
func TestEnv(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{SubscriptionID: "6babcaad-604b-40ac-a9d7-9fd97c0b779f"})
	variables := map[string]string{}
	for _, variable := range f.service.Env(f.url) {
		if variable.Value == "" || variables[variable.Name] != "" {
			t.Errorf("%s is empty or given twice", variable.Name)
		}
		variables[variable.Name] = variable.Value
	}
	for name, want := range map[string]string{
		"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": f.url,
		"ARM_SUBSCRIPTION_ID":                      "6babcaad-604b-40ac-a9d7-9fd97c0b779f",
		"CLOUDTAP_SIM_SUBSCRIPTION_ID":             "6babcaad-604b-40ac-a9d7-9fd97c0b779f",
		"CLOUDTAP_SIM_LOCATION":                    "westeurope",
	} {
		if variables[name] != want {
			t.Errorf("%s is %q, want %q", name, variables[name], want)
		}
	}
	state, err := json.Marshal(f.service.State())
	if err != nil {
		t.Fatal(err)
	}
	objects := 0
	for name, value := range variables {
		if !strings.HasSuffix(name, "_ID") || uuid.Validate(value) == nil {
			continue
		}
		objects++
		if !strings.Contains(string(state), `"`+value+`"`) {
			t.Errorf("%s=%s is not in the inventory", name, value)
		}
	}
	if objects != 23 {
		t.Errorf("%d object ids in the environment, want 23", objects)
	}
	if !strings.Contains(string(state), `"packetCaptures":[]`) {
		t.Errorf("an empty list of captures is not shown as one: %s", state)
	}
}

// Every switch says what it does, and takes each of its values.
func TestSwitches(t *testing.T) {
	t.Parallel()
	for _, realistic := range []bool{false, true} {
		f := newFixture(t, arm.Options{Realistic: realistic})
		for _, item := range f.service.Switches().All() {
			if len(item.Description) < 20 {
				t.Errorf("%s has no description", item.Name)
			}
			for _, value := range append(item.Allowed, item.Value) {
				f.set(t, item.Name, value)
			}
		}
	}
	f := newFixture(t, arm.Options{})
	for name, value := range map[string]string{arm.SwitchInProgressPolls: "many", arm.SwitchRetryAfter: "soon", arm.SwitchAgentMissing: "maybe", "unknown": "x",
		arm.SwitchListPageSize: "0", arm.SwitchOperationTime: "-1s", arm.SwitchQuotaCode: " ",
	} {
		if err := f.service.Switches().Set(name, value); err == nil {
			t.Errorf("switch %s took %q", name, value)
		}
	}
}

func TestCorrelation(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+f.ids.NetworkWatcherID+"?api-version=2025-05-01", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+f.token)
	request.Header.Set("x-ms-correlation-request-id", "6babcaad-604b-40ac-a9d7-9fd97c0b779f")
	request.Header.Set("x-ms-client-request-id", "mine")
	request.Header.Set("x-ms-return-client-request-id", "true")
	response, err := f.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	for header, want := range map[string]string{"x-ms-correlation-request-id": "6babcaad-604b-40ac-a9d7-9fd97c0b779f", "x-ms-client-request-id": "mine"} {
		if got := response.Header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	if uuid.Validate(response.Header.Get("x-ms-request-id")) != nil {
		t.Errorf("x-ms-request-id %q", response.Header.Get("x-ms-request-id"))
	}
}
