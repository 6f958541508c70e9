package imds

func (o Options) makeWindows(compute object) {
	compute["osType"], compute["licenseType"] = "Windows", "Windows_Server"
	compute["publisher"], compute["offer"], compute["sku"] = "MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-azure-edition"
	compute["version"] = "20348.2340.240303"
	compute["priority"], compute["evictionPolicy"] = "Spot", "Deallocate"
	compute["publicKeys"] = list{}
	compute["osProfile"] = object{
		"adminUsername": "azureadmin", "computerName": o.VirtualMachineName, "disablePasswordAuthentication": "",
	}
	compute["plan"] = object{"name": "server", "product": "example-product", "publisher": "example"}
	compute["hostGroup"] = object{"id": o.resourceID("hostGroups", "dedicated")}
	storage, _ := compute["storageProfile"].(object)
	storage["dataDisks"] = list{object{
		"bytesPerSecondThrottle": "979202048", "caching": "None", "createOption": "Empty", "diskCapacityBytes": "274877906944",
		"diskSizeGB": "256", "image": object{"uri": ""}, "isSharedDisk": "false", "isUltraDisk": "true", "lun": "10",
		"managedDisk": object{"id": o.diskID("ultra"), "storageAccountType": "UltraSSD_LRS"},
		"name":        "ultra", "opsPerSecondThrottle": "65280", "vhd": object{"uri": ""}, "writeAcceleratorEnabled": "false",
	}}
	storage["resourceDisk"] = object{"size": "16777216"}
	osDisk, _ := storage["osDisk"].(object)
	osDisk["osType"], osDisk["diffDiskSettings"] = "Windows", object{"option": "Local"}
}

// windowsNetwork has two interfaces, the first of them with IPv6.
func (o Options) windowsNetwork() object {
	network := o.network(o.PublicIPAddress)
	interfaces, _ := network["interface"].(list)
	first, _ := interfaces[0].(object)
	first["ipv6"] = object{"ipAddress": list{object{"privateIpAddress": "ace:cab:deca:deed::1"}}}
	network["interface"] = append(interfaces, object{
		"ipv4": object{
			"ipAddress": list{object{"privateIpAddress": "10.2.0.9", "publicIpAddress": ""}, object{"privateIpAddress": "10.2.0.10", "publicIpAddress": ""}},
			"subnet":    list{object{"address": "10.2.0.0", "prefix": "26"}},
		},
		"ipv6":       object{"ipAddress": list{}},
		"macAddress": "002248020E1E",
	})
	return network
}

// makeScaleSetInstance describes an instance of a uniform scale set, whose
// name is not the host's.
func (o Options) makeScaleSetInstance(compute object) {
	set := o.VirtualMachineScaleSetName
	compute["name"], compute["vmScaleSetName"] = set+"_0", set
	compute["osProfile"] = object{
		"adminUsername": "azureuser", "computerName": set + "000000", "disablePasswordAuthentication": "true",
	}
	compute["placementGroupId"] = "f67c14ab-e92c-408c-ae2d-da15866ec79a"
	compute["platformFaultDomain"], compute["platformUpdateDomain"] = "2", "4"
	compute["resourceId"] = o.resourceID("virtualMachineScaleSets", set) + "/virtualMachines/0"
}

// makeCustomImage empties what the service knows only of marketplace images.
func (o Options) makeCustomImage(compute object) {
	for _, key := range []string{"offer", "publisher", "sku", "version"} {
		compute[key] = ""
	}
	storage, _ := compute["storageProfile"].(object)
	storage["imageReference"] = object{
		"communityGalleryImageId": "", "exactVersion": "", "id": o.resourceID("images", "golden"), "offer": "",
		"publisher": "", "sharedGalleryImageId": "", "sku": "", "version": "",
	}
}

// makePartial leaves what an answer holds when the service could not reach
// some of its data providers.
func makePartial(compute object) {
	for _, key := range []string{"storageProfile", "tags", "tagsList", "osProfile", "securityProfile", "plan", "publicKeys", "zone"} {
		delete(compute, key)
	}
	compute["platformFaultDomain"] = ""
}

// makeAzureStackHub follows the sample of Azure Stack Hub's own page.
func makeAzureStackHub(compute object) {
	compute["azEnvironment"], compute["zone"] = "AzureStack", ""
	compute["isHostCompatibilityLayerVm"], compute["priority"] = "", ""
	compute["securityProfile"] = object{"secureBootEnabled": "", "virtualTpmEnabled": ""}
	compute["tags"], compute["tagsList"] = "", list{}
	storage, _ := compute["storageProfile"].(object)
	storage["resourceDisk"], storage["dataDisks"] = object{"size": ""}, list{}
}
