package huaweicloud

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Service is one of Huawei Cloud's services.
type Service string

// The services that the session knows endpoints of.
const (
	// CFW is Cloud Firewall.
	CFW Service = "cfw"
	// IAM is Identity and Access Management.
	IAM Service = "iam"
)

// Endpoints are base URLs that replace a region's own, for example
// "https://cfw.example.com". Empty ones replace nothing.
type Endpoints struct {
	CFW, IAM string
	// Metadata is the ECS metadata service; empty means DefaultMetadataEndpoint.
	Metadata string
}

// DefaultMetadataEndpoint is where every ECS finds its metadata.
const DefaultMetadataEndpoint = "http://169.254.169.254"

// domains lists the regions whose endpoints are not below myhuaweicloud.com
// (https://developer.huaweicloud.com/en-us/endpoint).
var domains = map[string]string{"eu-west-101": "myhuaweicloud.eu"}

type resolver struct{ overrides Endpoints }

// endpoint returns the base URL of a service in a region.
func (r resolver) endpoint(service Service, region string) (*url.URL, error) {
	override, setting := r.overrides.CFW, "endpoints.cfw (CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT)"
	if service == IAM {
		override, setting = r.overrides.IAM, "endpoints.iam (CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT)"
	}
	if override != "" {
		return parseEndpoint(setting, override)
	}
	if region == "" {
		return nil, errors.New("no Huawei Cloud region is configured: set region, or the environment variable HW_REGION_NAME")
	}
	if !validRegion(region) {
		return nil, fmt.Errorf("%q is not the name of a Huawei Cloud region: expected a name like cn-north-4", region)
	}
	domain, found := domains[region]
	if !found {
		domain = "myhuaweicloud.com"
	}
	return &url.URL{Scheme: "https", Host: string(service) + "." + region + "." + domain}, nil
}

// validRegion keeps text that is not a region's name out of host names,
// where it could send credentials to another host.
func validRegion(region string) bool {
	for _, c := range region {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func parseEndpoint(setting, text string) (*url.URL, error) {
	parsed, err := url.Parse(strings.TrimRight(text, "/"))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s is not a URL", setting)
	case parsed.User != nil || strings.ContainsAny(text, "?#"):
		return nil, fmt.Errorf("%s must be a URL without user, query and fragment", setting)
	case parsed.Hostname() == "" || (parsed.Scheme != "https" && parsed.Scheme != "http"):
		if strings.Contains(text, "@") {
			// What is before it may be a password.
			return nil, fmt.Errorf("%s must be a URL like https://host", setting)
		}
		return nil, fmt.Errorf("%s must be a URL like https://host, got %q", setting, text)
	case parsed.Scheme == "http" && !isLoopback(parsed.Hostname()):
		return nil, fmt.Errorf("%s must use https: http is accepted for this machine only, because credentials would travel in the clear", setting)
	}
	return parsed, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
