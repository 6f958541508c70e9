package imds

import (
	"fmt"
	"strings"
)

func (o Options) resourceID(kind, name string) string {
	return fmt.Sprintf("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Compute/%s/%s",
		o.SubscriptionID, o.ResourceGroupName, kind, name)
}

// diskID spells the resource group in capitals, as captured documents do in
// disks and nowhere else.
func (o Options) diskID(name string) string {
	upper := o
	upper.ResourceGroupName = strings.ToUpper(o.ResourceGroupName)
	return upper.resourceID("disks", name)
}

// instance returns the whole document of the scenario's machine, with every
// field that any version ever had.
func (s *Service) instance() object {
	o := s.options
	compute, network := o.linux(s.switches.Get(switchEnvironment)), o.network("")
	document := object{"compute": compute, "network": network}
	switch s.switches.Get(switchScenario) {
	case ScenarioWindows:
		o.makeWindows(compute)
		document["network"] = o.windowsNetwork()
	case ScenarioScaleSet:
		o.makeScaleSetInstance(compute)
	case ScenarioCustomImage:
		o.makeCustomImage(compute)
	case ScenarioBasicPublicIP:
		document["network"] = o.network(o.PublicIPAddress)
	case ScenarioPartial:
		makePartial(compute)
		document["network"] = object{}
	case ScenarioClassic:
		delete(document, "compute")
	case ScenarioAzureStackHub:
		makeAzureStackHub(compute)
		document["network"] = o.network("10.217.119.162")
	}
	return document
}

func (o Options) linux(environment string) object {
	vm := o.VirtualMachineName
	return object{
		"additionalCapabilities": object{"hibernationEnabled": "false"},
		"azEnvironment":          environment,
		"customData":             "",
		"evictionPolicy":         "",
		"extendedLocation":       object{"name": "", "type": ""},
		"host":                   object{"id": ""},
		"hostGroup":              object{"id": ""},

		"isHostCompatibilityLayerVm": "false",
		"licenseType":                "",
		"location":                   o.Location,
		"name":                       vm,
		"offer":                      "0001-com-ubuntu-server-jammy",
		"osProfile": object{
			"adminUsername": "azureuser", "computerName": vm, "disablePasswordAuthentication": "true",
		},
		"osType":                 "Linux",
		"physicalZone":           o.Location + "-AZ01",
		"placementGroupId":       "",
		"plan":                   object{"name": "", "product": "", "publisher": ""},
		"platformFaultDomain":    "0",
		"platformSubFaultDomain": "",
		"platformUpdateDomain":   "0",
		"priority":               "Regular",
		"provider":               "Microsoft.Compute",
		"publicKeys": list{object{
			"keyData": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample web\n",
			"path":    "/home/azureuser/.ssh/authorized_keys",
		}},
		"publisher":         "Canonical",
		"resourceGroupName": o.ResourceGroupName,
		"resourceId":        o.resourceID("virtualMachines", vm),
		"securityProfile": object{
			"encryptionAtHost": "false", "secureBootEnabled": "true", "securityType": "TrustedLaunch", "virtualTpmEnabled": "true",
		},
		"sku":            "22_04-lts-gen2",
		"storageProfile": o.storage(),
		"subscriptionId": o.SubscriptionID,
		"tags":           "role:web;team:network",
		"tagsList":       list{tag("role", "web"), tag("team", "network")},
		"userData":       o.UserData,
		"version":        "22.04.202601010",

		"virtualMachineScaleSet": object{"id": ""},
		"vmId":                   o.VMID,
		"vmScaleSetName":         "",
		"vmSize":                 "Standard_D2s_v5",
		"zone":                   "1",
	}
}

func tag(name, value string) object { return object{"name": name, "value": value} }

func (o Options) storage() object {
	osDisk, dataDisk := o.VirtualMachineName+"_OsDisk_1", o.VirtualMachineName+"_DataDisk_0"
	return object{
		"dataDisks": list{object{
			"bytesPerSecondThrottle": "", "caching": "None", "createOption": "Empty", "diskCapacityBytes": "",
			"diskSizeGB": "64", "image": object{"uri": ""}, "isSharedDisk": "", "isUltraDisk": "false", "lun": "0",
			"managedDisk": object{"id": o.diskID(dataDisk), "storageAccountType": "Premium_LRS"},
			"name":        dataDisk, "opsPerSecondThrottle": "", "vhd": object{"uri": ""}, "writeAcceleratorEnabled": "false",
		}},
		"imageReference": object{
			"communityGalleryImageId": "", "exactVersion": "22.04.202601010", "id": "", "offer": "0001-com-ubuntu-server-jammy",
			"publisher": "Canonical", "sharedGalleryImageId": "", "sku": "22_04-lts-gen2", "version": "latest",
		},
		"osDisk": object{
			"caching": "ReadWrite", "createOption": "FromImage", "diffDiskSettings": object{"option": ""}, "diskSizeGB": "30",
			"encryptionSettings": object{
				"diskEncryptionKey": object{"secretUrl": "", "sourceVault": object{"id": ""}},
				"enabled":           "false",
				"keyEncryptionKey":  object{"keyUrl": "", "sourceVault": object{"id": ""}},
			},
			"image":       object{"uri": ""},
			"managedDisk": object{"id": o.diskID(osDisk), "storageAccountType": "Premium_LRS"},
			"name":        osDisk, "osType": "Linux", "vhd": object{"uri": ""}, "writeAcceleratorEnabled": "false",
		},
		"resourceDisk": object{"size": "0"},
	}
}

// network has one interface with one IPv4 address. Public addresses of the
// Standard SKU are empty here: only the load balancer endpoint has them.
func (o Options) network(publicIPAddress string) object {
	subnet := o.PrivateIPAddress[:strings.LastIndexByte(o.PrivateIPAddress, '.')+1] + "0"
	return object{"interface": list{object{
		"ipv4": object{
			"ipAddress": list{object{"privateIpAddress": o.PrivateIPAddress, "publicIpAddress": publicIPAddress}},
			"subnet":    list{object{"address": subnet, "prefix": "24"}},
		},
		"ipv6":       object{"ipAddress": list{}},
		"macAddress": "000D3AF806EC",
	}}}
}
