# Records what OpenCV's FaceDetectorYN makes of a YuNet: python record_yunet.py yunet.onnx picture.bgr > yunet.json
import json, sys
import cv2, numpy
net, picture = sys.argv[1:3]
side = 64
pixels = numpy.fromfile(picture, numpy.uint8).reshape(side, side, 3)
detector = cv2.FaceDetectorYN.create(net, "", (side, side), 0.5, 0.3, 5000)
_, faces = detector.detect(pixels)
print(json.dumps([[round(float(v), 4) for v in face] for face in faces]))
