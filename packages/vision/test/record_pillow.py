# Records small cases of Pillow's resizing.
import json, random, base64
from PIL import Image
import PIL
random.seed(7)
F={'nearest':Image.NEAREST,'box':Image.BOX,'bilinear':Image.BILINEAR,'hamming':Image.HAMMING,'bicubic':Image.BICUBIC,'lanczos':Image.LANCZOS}
sizes=[((13,9),(5,4)),((5,4),(13,9)),((16,16),(7,16)),((9,21),(9,8)),((3,3),(1,1)),((31,5),(8,11))]
out=[]
for (w,h),(W,H) in sizes:
    for mode,c in (('L',1),('RGB',3)):
        px=bytes(random.choice([0,255,random.randrange(256)]) for _ in range(w*h*c))
        im=Image.frombytes(mode,(w,h),px)
        for n,f in F.items():
            out.append([n,w,h,c,W,H,base64.b64encode(px).decode(),base64.b64encode(im.resize((W,H),f).tobytes()).decode()])
json.dump(out,open('cases.json','w')); print(len(out), PIL.__version__)
