package imds_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
)

func TestTextFormat(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{VMID: "c7061bac-afdc-4513-b24b-aa5f13a16123"})
	for path, want := range map[string]string{
		"":                                    "compute/\nnetwork/",
		"/compute/vmId":                       "c7061bac-afdc-4513-b24b-aa5f13a16123",
		"/compute/plan":                       "name\nproduct\npublisher",
		"/compute/tagsList":                   "0/\n1/",
		"/compute/tagsList/1/name":            "team",
		"/compute/zone":                       "1",
		"/compute/licenseType":                "",
		"/network/interface/0":                "ipv4/\nipv6/\nmacAddress",
		"/network/interface/0/ipv6/ipAddress": "",
	} {
		if got := get(t, s, "/metadata/instance"+path+"?format=text&api-version=2025-04-07"); got.status != 200 || got.body != want || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %q, want %q", path, got.status, got.body, want)
		}
	}
	for _, path := range []string{"/network/interface/1", "/network/interface/-1", "/network/interface/x", "/compute/vmId/x"} {
		if got := get(t, s, "/metadata/instance"+path+"?format=text&api-version=2025-04-07"); got.status != 404 {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

func TestSliceAsJSON(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{})
	got := get(t, s, "/metadata/instance/network/interface/0/ipv4/subnet?api-version=2017-04-02")
	if got.body != `[{"address":"10.1.0.0","prefix":"24"}]` {
		t.Errorf("%d %s", got.status, got.body)
	}
	var whole struct{ Extended json.RawMessage }
	get(t, s, instance+"&extended=true").decode(t, &whole)
	if string(whole.Extended) != `{"compute":{"hasCustomData":false,"ppsType":"None"}}` {
		t.Errorf("extended: %s", whole.Extended)
	}
}

func TestScenarios(t *testing.T) {
	t.Parallel()
	for scenario, test := range map[string]struct {
		has, lacks []string
		balancer   int
	}{
		imds.ScenarioLinux:         {[]string{`"osType":"Linux"`, `"priority":"Regular"`, `"publicIpAddress":""`}, nil, 200},
		imds.ScenarioWindows:       {[]string{`"osType":"Windows"`, `"priority":"Spot"`, `"disablePasswordAuthentication":""`, `"isUltraDisk":"true"`, `"privateIpAddress":"ace:cab`}, nil, 200},
		imds.ScenarioScaleSet:      {[]string{`"vmScaleSetName":"web-vmss"`, `"name":"web-vmss_0"`, `"computerName":"web-vmss000000"`, `virtualMachineScaleSets/web-vmss/virtualMachines/0`}, nil, 200},
		imds.ScenarioCustomImage:   {[]string{`"offer":""`, `images/golden`}, []string{"Canonical"}, 200},
		imds.ScenarioBasicPublicIP: {[]string{`"publicIpAddress":"51.0.0.1"`}, nil, 404},
		imds.ScenarioNoPublicIP:    {[]string{`"publicIpAddress":""`}, nil, 404},
		imds.ScenarioPartial:       {[]string{`"vmId"`, `"network":{}`}, []string{"storageProfile", "tagsList"}, 404},
		imds.ScenarioClassic:       {[]string{`"network":{"interface"`}, []string{"compute"}, 404},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			s := imdstest.Start(t, nil, imds.Options{})
			s.Set(t, "scenario", scenario)
			got := get(t, s, instance)
			for _, part := range test.has {
				if !strings.Contains(got.body, part) {
					t.Errorf("lacks %s: %s", part, got.body)
				}
			}
			for _, part := range test.lacks {
				if strings.Contains(got.body, part) {
					t.Errorf("has %s: %s", part, got.body)
				}
			}
			if got := get(t, s, "/metadata/loadbalancer?api-version=2020-10-01"); got.status != test.balancer {
				t.Errorf("load balancer: %d %s", got.status, got.body)
			}
		})
	}
}

// leaves lists a document's leaves with "[]" for any list element.
func leaves(value any, path string) []string {
	var all []string
	switch value := value.(type) {
	case map[string]any:
		for key, child := range value {
			all = append(all, leaves(child, strings.TrimPrefix(path+"."+key, "."))...)
		}
	case []any:
		for _, child := range value {
			all = append(all, leaves(child, path+"[]")...)
		}
	default:
		all = append(all, path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestEveryVersionHasItsFields compares with the vendor's published examples:
// what an example has, the service has to have too.
func TestEveryVersionHasItsFields(t *testing.T) {
	t.Parallel()
	examples := imdstest.Examples(t, "GetInstanceMetadata")
	if len(examples) < 25 {
		t.Fatalf("%d examples", len(examples))
	}
	s := imdstest.Start(t, nil, imds.Options{})
	s.Set(t, "tags_list_gap", "true")
	s.Set(t, "scenario", imds.ScenarioLinux)
	for version, content := range examples {
		var example map[string]any
		if err := json.Unmarshal(content, &example); err != nil {
			t.Fatal(err)
		}
		var served map[string]any
		get(t, s, "/metadata/instance?api-version="+version).decode(t, &served)
		want := leaves(example["compute"], "compute")
		got := leaves(served["compute"], "compute")
		for _, leaf := range want {
			if !slices.Contains(got, leaf) {
				t.Errorf("%s: the example has %s, the service has not", version, leaf)
			}
		}
	}
}

func TestFieldsAppearWithTheirVersion(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{})
	s.Set(t, "scenario", imds.ScenarioLinux)
	for version, test := range map[string]struct{ newest, missing string }{
		"2017-03-01": {"vmSize", "tags"}, "2017-04-02": {"vmSize", "tags"},
		"2017-08-01": {"tags", "zone"}, "2017-12-01": {"zone", "plan"},
		"2018-04-02": {"publicKeys", "provider"}, "2019-02-01": {"customData", "resourceId"},
		"2019-06-01": {"storageProfile", "customData"}, "2019-08-15": {"tagsList", "isHostCompatibilityLayerVm"},
		"2021-08-01": {"virtualMachineScaleSet", "platformSubFaultDomain"}, "2023-07-01": {"hostGroup", "physicalZone"},
		"2025-04-07": {"physicalZone", "customData"},
	} {
		var document struct{ Compute map[string]json.RawMessage }
		get(t, s, "/metadata/instance?api-version="+version).decode(t, &document)
		if _, found := document.Compute[test.newest]; !found {
			t.Errorf("%s has no %s", version, test.newest)
		}
		if _, found := document.Compute[test.missing]; found {
			t.Errorf("%s has %s already", version, test.missing)
		}
	}
}
