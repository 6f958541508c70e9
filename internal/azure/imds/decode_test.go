package imds

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

func sample(t *testing.T, name string) *Document {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	document, err := decodeDocument(raw)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestTypedValues(t *testing.T) {
	t.Parallel()
	document := sample(t, "instance-full.json")
	c := document.Compute
	disk := c.StorageProfile.DataDisks[1]
	first := document.Network.Interfaces[0]
	for name, same := range map[string]bool{
		"fault domain":       *c.PlatformFaultDomain == 36,
		"capacity":           *disk.DiskCapacityBytes == 9223372036854775807,
		"lun":                *disk.LUN == 10,
		"ultra":              *disk.IsUltraDisk && !*disk.IsSharedDisk,
		"secure boot":        *c.SecurityProfile.SecureBootEnabled && !*c.SecurityProfile.VirtualTPMEnabled,
		"resource disk":      *c.StorageProfile.ResourceDisk.Size == 16777216,
		"priority":           *c.Priority == "Spot" && *c.IsSpot,
		"location":           *c.Location == "westus" && *c.LocationRaw == "West US",
		"environment":        *c.Environment == "public" && *c.AzEnvironment == "AZUREPUBLICCLOUD",
		"hostname":           *c.Hostname == "web-vmss000000",
		"scale set":          *c.IsScaleSetInstance,
		"host":               c.Host == nil && c.HostGroup != nil,
		"MAC":                *first.MACAddress == "00:11:aa:ff:bb:22" && *first.MACAddressRaw == "0011AAFFBB22",
		"CIDR":               *first.IPv4.Subnets[0].CIDR == "10.144.133.128/26" && *first.IPv4.Subnets[0].Prefix == 26,
		"public address":     *first.IPv4.IPAddresses[0].PublicIPAddress == "51.0.0.9" && *first.IPv4.IPAddresses[0].PublicIPAddressSource == "instance",
		"no public address":  first.IPv4.IPAddresses[1].PublicIPAddress == nil && first.IPv4.IPAddresses[1].PublicIPAddressSource == nil,
		"key with line end":  *c.PublicKeys[0].KeyData == "ssh-ed25519 AAAA0 first\n",
		"nothing to warn of": len(document.Warnings) == 0,
	} {
		if !same {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if diff := cmp.Diff(map[string]string{"cost": "a;b:c", "role": "web", "empty": ""}, c.Tags); diff != "" || c.TagsAmbiguous {
		t.Error(diff)
	}
}

func TestEmptyIsAbsent(t *testing.T) {
	t.Parallel()
	document := sample(t, "instance-mostly-empty.json")
	c := document.Compute
	for name, absent := range map[string]bool{
		"extended location": c.ExtendedLocation == nil, "plan": c.Plan == nil, "zone": c.Zone == nil, "user data": c.UserData == nil,
		"fault domain": c.PlatformFaultDomain == nil, "password": c.OSProfile.DisablePasswordAuthentication == nil,
		"storage": c.StorageProfile == nil, "spot": c.IsSpot == nil, "security": c.SecurityProfile == nil, "offer": c.Offer == nil,
	} {
		if !absent {
			t.Errorf("%s is not nil", name)
		}
	}
	if c.Tags == nil || len(c.Tags) != 0 || c.PublicKeys == nil || len(c.PublicKeys) != 0 {
		t.Errorf("empty lists are %v and %v", c.Tags, c.PublicKeys)
	}
	if *c.Environment != "azurestack" || *c.IsScaleSetInstance || *c.Hostname != "VALI" {
		t.Errorf("%+v", c)
	}
	want := []string{
		`compute.platformUpdateDomain: "zero" is not a whole number; the value is null`,
		`compute.securityProfile.secureBootEnabled: "maybe" is neither true nor false; the value is null`,
		`network.interface[0]: "10.0.2.0" and prefix 99`,
		`network.interface[0].macAddress: "unknown" is not a MAC address; the value is null`,
	}
	for _, part := range want {
		if !slices.ContainsFunc(document.Warnings, func(w string) bool {
			return strings.HasPrefix(w, part) || strings.Contains(w, strings.TrimPrefix(part, "network.interface[0]: "))
		}) {
			t.Errorf("no warning %q in %q", part, document.Warnings)
		}
	}
	if len(document.Warnings) != len(want) {
		t.Errorf("warnings %q", document.Warnings)
	}
}

func TestOldDocument(t *testing.T) {
	t.Parallel()
	document := sample(t, "instance-2017-04-02.json")
	c := document.Compute
	if c.Tags != nil || c.IsSpot != nil || c.IsScaleSetInstance != nil || *c.Location != "centralus" || *c.Hostname != "canary" || len(document.Warnings) != 0 {
		t.Errorf("%+v %q", c, document.Warnings)
	}
	if document.Network.Interfaces[0].IPv6.IPAddresses != nil {
		t.Error("IPv6 addresses from nowhere")
	}
}

func TestWrongTypesAreWarnings(t *testing.T) {
	t.Parallel()
	document, err := decodeDocument([]byte(`{"compute":{"name":["secret"],"plan":"secret","platformFaultDomain":3,"zone":null,"publicKeys":{"a":"secret"},
		"tagsList":[{"name":"a","value":1},"x"],"osProfile":[],"securityProfile":{"secureBootEnabled":true}},"network":{"interface":"secret"}}`))
	if err != nil {
		t.Fatal(err)
	}
	c := document.Compute
	if c.Name != nil || c.Plan != nil || *c.PlatformFaultDomain != 3 || c.PublicKeys != nil || c.Tags["a"] != "1" || !*c.SecurityProfile.SecureBootEnabled {
		t.Errorf("%+v", c)
	}
	all := strings.Join(document.Warnings, "\n")
	simtest.Says(t, all, "compute.name:", "compute.plan:", "compute.publicKeys:", "compute.osProfile:", "compute.tagsList[1]:", "network.interface:")
	if strings.Contains(all, "secret") {
		t.Errorf("values of unexpected types are quoted: %s", all)
	}
}

func TestMissingPartsAreWarnings(t *testing.T) {
	t.Parallel()
	document, err := decodeDocument([]byte(`{"network":{}}`))
	if err != nil || document.Compute != nil || document.Network == nil || len(document.Warnings) != 1 || !strings.HasPrefix(document.Warnings[0], "compute: missing") {
		t.Errorf("%+v %v", document, err)
	}
	for _, bad := range []string{"", "{", "[]", `"x"`, "null", "1"} {
		if _, err := decodeDocument([]byte(bad)); err == nil {
			t.Errorf("%q is a document", bad)
		}
	}
}

func TestRawWithoutUserData(t *testing.T) {
	t.Parallel()
	document := sample(t, "instance-full.json")
	stripped, err := document.RawWithoutUserData()
	if err != nil || strings.Contains(string(stripped), "Y2FuYXJ5") || strings.Contains(string(stripped), "userData") || strings.Contains(string(stripped), "customData") {
		t.Fatalf("%s %v", stripped, err)
	}
	if !strings.Contains(string(stripped), `"futureField":{"answer":42}`) || !strings.Contains(string(document.Raw), "Y2FuYXJ5") {
		t.Error("more than user data is gone")
	}
	for raw, want := range map[string]string{
		`{"compute":{"USERDATA":"canary","a":1},"Compute":{"userdata":"canary"},"b":{"userData":"canary","c":[{"customDATA":"canary","d":1.50}]}}`: `{"Compute":{},"b":{"c":[{"d":1.50}]},"compute":{"a":1}}`,
		`{"compute":{"userData":"canary","userData":"canary"}}`:                                   `{"compute":{}}`,
		`{"compute":["userData"]}`:                                                                `{"compute":["userData"]}`,
		`{"userData":"canary","extended":{"compute":{"userData":"canary"}},"a":9007199254740993}`: `{"a":9007199254740993,"extended":{"compute":{}}}`,
	} {
		got, err := (&Document{Raw: []byte(raw)}).RawWithoutUserData()
		if err != nil || string(got) != want {
			t.Errorf("%s: %s %v", raw, got, err)
		}
	}
}

func TestParseTags(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		tags      map[string]string
		ambiguous bool
	}{
		"":                 {map[string]string{}, false},
		"foo:bar":          {map[string]string{"foo": "bar"}, false},
		"baz:bash;foo:bar": {map[string]string{"baz": "bash", "foo": "bar"}, false},
		"a:;b:c":           {map[string]string{"a": "", "b": "c"}, false},
		"a:b;":             {map[string]string{"a": "b"}, false},
		"a:b;c":            {map[string]string{"a": "b;c"}, true},
		"url:http://x":     {map[string]string{"url": "http://x"}, true},
		"a:b;a:c":          {map[string]string{"a": "c"}, true},
		"a":                {map[string]string{"a": ""}, true},
		":a":               {map[string]string{"": "a"}, true},
	} {
		tags, ambiguous := parseTags(text)
		if diff := cmp.Diff(want.tags, tags); diff != "" || ambiguous != want.ambiguous {
			t.Errorf("%q: %v %s", text, ambiguous, diff)
		}
	}
	document, err := decodeDocument([]byte(`{"compute":{"tags":"a:b;c"}}`))
	if err != nil || !document.Compute.TagsAmbiguous || !strings.Contains(strings.Join(document.Warnings, ""), "compute.tags:") {
		t.Errorf("%+v %v", document, err)
	}
}

func TestNormalizeMAC(t *testing.T) {
	t.Parallel()
	for _, same := range []string{"000D3AF806EC", "00:0d:3a:f8:06:ec", "00-0D-3A-F8-06-EC", "000d.3af8.06ec"} {
		if got := normalizeMAC(same); got == nil || *got != "00:0d:3a:f8:06:ec" {
			t.Errorf("%s: %v", same, got)
		}
	}
	for _, bad := range []string{"", "000D3AF806E", "000D3AF806ECFF", "00ZZ3AF806EC"} {
		if got := normalizeMAC(bad); got != nil {
			t.Errorf("%s: %s", bad, *got)
		}
	}
}

func TestNormalizeEnvironment(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"AzurePublicCloud": "public", "AZUREPUBLICCLOUD": "public", "AzureUSGovernmentCloud": "usgovernment",
		"AzureChinaCloud": "china", "AzureGermanCloud": "german", "AzureStack": "azurestack", "USNat": "usnat",
	} {
		if got := normalizeEnvironment(&raw); *got != want {
			t.Errorf("%s: %s", raw, *got)
		}
	}
}
