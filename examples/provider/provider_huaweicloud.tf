# Huawei Cloud: HW_ACCESS_KEY and HW_SECRET_KEY, or another kind of
# credential, come from the environment.
provider "cloudtap" {
  huaweicloud = {
    region = "cn-north-4"
  }
}
