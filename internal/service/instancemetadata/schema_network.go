package instancemetadata

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func networkAttribute() schema.Attribute {
	return tfkit.ComputedObject("The machine's network; null if the service says nothing of it.", map[string]schema.Attribute{
		"interfaces": tfkit.ComputedObjects("Network interfaces, in the order of the host: the first one need not be the primary one.", map[string]schema.Attribute{
			"mac_address":     tfkit.ComputedText("MAC address in lower case with colons, for example `00:0d:3a:f8:06:ec`."),
			"mac_address_raw": tfkit.ComputedText("MAC address as the host spells it, for example `000D3AF806EC`."),
			"ipv4": tfkit.ComputedObject("IPv4 addresses.", map[string]schema.Attribute{
				"ip_addresses": addressesAttribute(),
				"subnets": tfkit.ComputedObjects("Subnets of the interface.", map[string]schema.Attribute{
					"address": tfkit.ComputedText("First address of the subnet."),
					"prefix":  tfkit.ComputedNumber("Length of the prefix in bits."),
					"cidr":    tfkit.ComputedText("Subnet in CIDR notation, for example `10.1.0.0/24`."),
				}),
			}),
			"ipv6": tfkit.ComputedObject("IPv6 addresses.", map[string]schema.Attribute{
				"ip_addresses": addressesAttribute(),
			}),
		}),
	})
}

func addressesAttribute() schema.Attribute {
	return tfkit.ComputedObjects("Addresses of the interface.", map[string]schema.Attribute{
		"private_ip_address": tfkit.ComputedText("Address in the virtual network."),
		"public_ip_address": tfkit.ComputedText("Public address that leads to the private one. Those of the Standard SKU " +
			"are in the load balancer metadata only, which is asked for them."),
		"public_ip_address_source": tfkit.ComputedText("Where the public address was found: `instance` or `loadbalancer`."),
	})
}
