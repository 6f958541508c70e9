package imds

func decodeStorageProfile(n node) *StorageProfile {
	if !n.present() {
		return nil
	}
	profile := &StorageProfile{
		DataDisks:      each(n.get("dataDisks"), decodeDataDisk),
		ImageReference: decodeImageReference(n.get("imageReference")),
		OSDisk:         decodeOSDisk(n.get("osDisk")),
		ResourceDisk:   orNil(ResourceDisk{n.get("resourceDisk").get("size").integer()}),
	}
	if len(profile.DataDisks) == 0 && profile.ImageReference == nil && profile.OSDisk == nil && profile.ResourceDisk == nil {
		return nil
	}
	return profile
}

func decodeImageReference(n node) *ImageReference {
	return orNil(ImageReference{
		CommunityGalleryImageID: n.get("communityGalleryImageId").text(),
		ExactVersion:            n.get("exactVersion").text(),
		ID:                      n.get("id").text(),
		Offer:                   n.get("offer").text(),
		Publisher:               n.get("publisher").text(),
		SharedGalleryImageID:    n.get("sharedGalleryImageId").text(),
		SKU:                     n.get("sku").text(),
		Version:                 n.get("version").text(),
	})
}

func decodeOSDisk(n node) *OSDisk {
	return orNil(OSDisk{
		Caching:                 n.get("caching").text(),
		CreateOption:            n.get("createOption").text(),
		DiffDiskSettings:        orNil(DiffDiskSettings{n.get("diffDiskSettings").get("option").text()}),
		DiskSizeGB:              n.get("diskSizeGB").integer(),
		EncryptionSettings:      decodeEncryptionSettings(n.get("encryptionSettings")),
		Image:                   uriReference(n.get("image")),
		ManagedDisk:             decodeManagedDisk(n.get("managedDisk")),
		Name:                    n.get("name").text(),
		OSType:                  n.get("osType").text(),
		VHD:                     uriReference(n.get("vhd")),
		WriteAcceleratorEnabled: n.get("writeAcceleratorEnabled").boolean(),
	})
}

func decodeEncryptionSettings(n node) *EncryptionSettings {
	disk, key := n.get("diskEncryptionKey"), n.get("keyEncryptionKey")
	return orNil(EncryptionSettings{
		DiskEncryptionKey: orNil(DiskEncryptionKey{SecretURL: disk.get("secretUrl").text(), SourceVault: subResource(disk.get("sourceVault"))}),
		Enabled:           n.get("enabled").boolean(),
		KeyEncryptionKey:  orNil(KeyEncryptionKey{KeyURL: key.get("keyUrl").text(), SourceVault: subResource(key.get("sourceVault"))}),
	})
}

func decodeDataDisk(n node) DataDisk {
	return DataDisk{
		BytesPerSecondThrottle:  n.get("bytesPerSecondThrottle").integer(),
		Caching:                 n.get("caching").text(),
		CreateOption:            n.get("createOption").text(),
		DiskCapacityBytes:       n.get("diskCapacityBytes").integer(),
		DiskSizeGB:              n.get("diskSizeGB").integer(),
		Image:                   uriReference(n.get("image")),
		IsSharedDisk:            n.get("isSharedDisk").boolean(),
		IsUltraDisk:             n.get("isUltraDisk").boolean(),
		LUN:                     n.get("lun").integer(),
		ManagedDisk:             decodeManagedDisk(n.get("managedDisk")),
		Name:                    n.get("name").text(),
		OpsPerSecondThrottle:    n.get("opsPerSecondThrottle").integer(),
		VHD:                     uriReference(n.get("vhd")),
		WriteAcceleratorEnabled: n.get("writeAcceleratorEnabled").boolean(),
	}
}

func uriReference(n node) *URIReference { return orNil(URIReference{n.get("uri").text()}) }

func decodeManagedDisk(n node) *ManagedDisk {
	return orNil(ManagedDisk{ID: n.get("id").text(), StorageAccountType: n.get("storageAccountType").text()})
}
