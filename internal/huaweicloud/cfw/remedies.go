package cfw

import (
	"errors"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// remedies say what to do about the service's codes, as far as the vendor's
// table of error codes explains them (API reference, "Error Codes").
var remedies = map[string]string{
	CodeNotFound:   "The service does not know the firewall or the task in this scope: check the ids, the region, the project and the enterprise project.",
	"CFW.00200007": "The service knows another task of this name on the firewall: choose another name.",
	"CFW.00200016": "The firewall is not running normally: wait until its status is running again.",
	"CFW.0020016":  "The firewall is not running normally: wait until its status is running again.",
	"CFW.00200024": "A limit of the service is reached: it is said to allow one running capture, and 20 starts a day. Stop other captures, start this one tomorrow, or ask Huawei Cloud for a higher quota.",
	"CFW.00200032": "The firewall knows no IPv6: capture IPv4, or upgrade the firewall.",
	"CFW.00100001": "The service is busy: try again later.",
	"CFW.01100008": "The firewall is being scaled and takes no changes meanwhile: try again later.",
}

// Remedies returns what to do about an error of this package, where that is
// certain.
func Remedies(err error) []string {
	if refused, ok := errors.AsType[*huaweicloud.Error](err); ok {
		if remedy, found := remedies[refused.Code]; found {
			return []string{remedy}
		}
	}
	return nil
}
