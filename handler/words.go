package handler

import (
	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/face"
)

// deviceWords names a device as the audit log's readers call it.
func deviceWords(device string) string {
	switch device {
	case h5.DeviceWeChat:
		return "微信"
	case h5.DevicePhone:
		return "手机浏览器"
	default:
		return "电脑"
	}
}

// faceWords says in the audit log how a face check ended.
func faceWords(r face.Result) string {
	switch r {
	case face.Passed:
		return "人脸识别通过"
	case face.Failed:
		return "人脸识别未通过"
	case face.Retake:
		return "人脸识别的照片不合要求，需要重拍"
	case face.Archived:
		return "人脸识别改为拍照存档"
	default:
		return "人脸识别服务出错，没有结果"
	}
}

// choiceWords says in the audit log which door of the campaign was taken; ""
// is the way back to all of them.
func choiceWords(c *campaign.Campaign, code string) string {
	if code == "" {
		return "重新选择"
	}
	if code == campaign.Enter {
		return "选择申请入学"
	}
	for _, choice := range c.Choices {
		if choice.Code == code {
			return "选择" + choice.Title
		}
	}
	return "选择 " + code
}
