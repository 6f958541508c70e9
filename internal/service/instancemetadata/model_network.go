package instancemetadata

import "github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"

type (
	networkModel struct {
		Interfaces []interfaceModel `tfsdk:"interfaces"`
	}
	interfaceModel struct {
		IPv4          ipv4Model `tfsdk:"ipv4"`
		IPv6          ipv6Model `tfsdk:"ipv6"`
		MACAddress    *string   `tfsdk:"mac_address"`
		MACAddressRaw *string   `tfsdk:"mac_address_raw"`
	}
	ipv4Model struct {
		IPAddresses []addressModel `tfsdk:"ip_addresses"`
		Subnets     []subnetModel  `tfsdk:"subnets"`
	}
	ipv6Model struct {
		IPAddresses []addressModel `tfsdk:"ip_addresses"`
	}
	addressModel struct {
		PrivateIPAddress      *string `tfsdk:"private_ip_address"`
		PublicIPAddress       *string `tfsdk:"public_ip_address"`
		PublicIPAddressSource *string `tfsdk:"public_ip_address_source"`
	}
	subnetModel struct {
		Address *string `tfsdk:"address"`
		Prefix  *int64  `tfsdk:"prefix"`
		CIDR    *string `tfsdk:"cidr"`
	}
)

func networkFromAPI(n *imds.Network) *networkModel {
	if n == nil {
		return nil
	}
	return &networkModel{Interfaces: each(n.Interfaces, interfaceFromAPI)}
}

func interfaceFromAPI(i imds.Interface) interfaceModel {
	address := func(a imds.IPAddress) addressModel { return addressModel(a) }
	return interfaceModel{
		IPv4: ipv4Model{
			IPAddresses: each(i.IPv4.IPAddresses, address),
			Subnets:     each(i.IPv4.Subnets, func(s imds.Subnet) subnetModel { return subnetModel(s) }),
		},
		IPv6:          ipv6Model{IPAddresses: each(i.IPv6.IPAddresses, address)},
		MACAddress:    i.MACAddress,
		MACAddressRaw: i.MACAddressRaw,
	}
}
