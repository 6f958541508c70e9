package huaweicloud

import "testing"

func TestEndpointsOfRegions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		overrides Endpoints
		service   Service
		region    string
		want      string
		fails     string
	}{
		"CFW":                   {Endpoints{}, CFW, "cn-north-4", "https://cfw.cn-north-4.myhuaweicloud.com", ""},
		"IAM":                   {Endpoints{}, IAM, "ap-southeast-3", "https://iam.ap-southeast-3.myhuaweicloud.com", ""},
		"Europe":                {Endpoints{}, CFW, "eu-west-101", "https://cfw.eu-west-101.myhuaweicloud.eu", ""},
		"IAM in Europe":         {Endpoints{}, IAM, "eu-west-101", "https://iam.eu-west-101.myhuaweicloud.eu", ""},
		"override":              {Endpoints{CFW: "https://cfw.example.com/"}, CFW, "cn-north-4", "https://cfw.example.com", ""},
		"override of the other": {Endpoints{IAM: "https://iam.example.com"}, CFW, "cn-north-4", "https://cfw.cn-north-4.myhuaweicloud.com", ""},
		"this machine":          {Endpoints{IAM: "http://127.0.0.1:1"}, IAM, "", "http://127.0.0.1:1", ""},
		"no region":             {Endpoints{}, CFW, "", "", "HW_REGION_NAME"},
		"a host for a region":   {Endpoints{}, CFW, "x.example.com/", "", "not the name of a Huawei Cloud region"},
		"clear text":            {Endpoints{CFW: "http://cfw.example.com"}, CFW, "cn-north-4", "", "must use https"},
		"no scheme":             {Endpoints{CFW: "cfw.example.com"}, CFW, "cn-north-4", "", "CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT"},
		"a user":                {Endpoints{IAM: "https://u:canary@iam.example.com"}, IAM, "cn-north-4", "", "without user"},
		"no URL":                {Endpoints{IAM: "https://[::1"}, IAM, "cn-north-4", "", "is not a URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := resolver{overrides: test.overrides}.endpoint(test.service, test.region)
			if test.fails != "" {
				wantMentioned(t, err, test.fails)
				return
			}
			if err != nil || got.String() != test.want {
				t.Errorf("got %v, %v, want %s", got, err, test.want)
			}
		})
	}
}

// The metadata service must never be called in tests, so only the address
// that would be used is looked at.
func TestTheMetadataServiceHasItsAddress(t *testing.T) {
	t.Parallel()
	agency, err := newAgencyCredential(NewSession(Config{}))
	if err != nil || agency.endpoint != "http://169.254.169.254" {
		t.Errorf("got %v, %v", agency, err)
	}
	if _, err := newAgencyCredential(NewSession(Config{Endpoints: Endpoints{Metadata: "http://metadata.example.com"}})); err == nil {
		t.Error("keys would travel in the clear from another machine")
	}
}
